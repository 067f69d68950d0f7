using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>Qwen 2 and 2.5: Llama with biases on queries, keys and values.</summary>
/// <remarks>Where layers attend to a window of positions only, the context is limited to that window, inside which the maths is the same.</remarks>
internal sealed class Qwen2 : Llama
{
    public override string ModelType => "qwen2";

    public override bool Fits(TransformerConfig config) => FitsApartFromBiases(config) && config is { QkvBias: true, AttentionOutputBias: false };

    protected override TransformerConfig Read(JsonFields fields)
    {
        TransformerConfig config = ReadShared(fields) with { QkvBias = true };
        fields.Ignore("max_window_layers");
        int? window = fields.Integer("sliding_window", 1);
        bool windowed = fields.Flag("use_sliding_window", false);
        if (fields.Find("layer_types") is JsonElement layers) windowed |= layers.GetRawText().Contains("sliding_attention", StringComparison.Ordinal);
        return windowed ? config with { Context = Math.Min(config.Context, window ?? 4096) } : config;
    }
}
