using Interp.Files;

namespace Interp.Families;

/// <summary>Mistral 7B and its kin: Llama, where attention may reach a window of positions only.</summary>
/// <remarks>The context is limited to that window, inside which the maths is the same.</remarks>
internal sealed class Mistral : Llama
{
    public override string ModelType => "mistral";

    public override bool Fits(TransformerConfig config) => false;

    protected override TransformerConfig Read(JsonFields fields)
    {
        TransformerConfig config = ReadShared(fields);
        return fields.Integer("sliding_window", 1) is int window ? config with { Context = Math.Min(config.Context, window) } : config;
    }
}
