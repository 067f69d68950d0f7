using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>GPT-NeoX and Pythia: rotary positions on a part of each head, attention and MLP in parallel, exact GELU, untied embeddings. Queries, keys and values lie interleaved by head.</summary>
internal sealed class GptNeoX : Family
{
    public override string ModelType => "gpt_neox";

    public override string Prefix => "gpt_neox.";

    public override IReadOnlyList<string> Ignored =>
        ["layers.{l}.attention.bias", "layers.{l}.attention.masked_bias", "layers.{l}.attention.rotary_emb.inv_freq", "embed_out.weight"];

    public override IEnumerable<WeightRule> Rules(TransformerConfig config)
    {
        const string H = "layers.{l}.", B = "blocks.{l}.";
        yield return new("embed_in.weight", null, "embed.W_E");
        yield return new(H + "input_layernorm.weight", null, B + "ln1.w");
        yield return new(H + "input_layernorm.bias", null, B + "ln1.b");
        yield return new(H + "attention.query_key_value.weight", "(head 3 d_head) d_model -> 3 head d_model d_head", B + "attn.W_Q", B + "attn.W_K", B + "attn.W_V");
        if (config.QkvBias) yield return new(H + "attention.query_key_value.bias", "(head 3 d_head) -> 3 head d_head", B + "attn.b_Q", B + "attn.b_K", B + "attn.b_V");
        yield return new(H + "attention.dense.weight", "d_model (head d_head) -> head d_head d_model", B + "attn.W_O");
        if (config.AttentionOutputBias) yield return new(H + "attention.dense.bias", null, B + "attn.b_O");
        yield return new(H + "post_attention_layernorm.weight", null, B + "ln2.w");
        yield return new(H + "post_attention_layernorm.bias", null, B + "ln2.b");
        yield return new(H + "mlp.dense_h_to_4h.weight", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_in");
        yield return new(H + "mlp.dense_h_to_4h.bias", null, B + "mlp.b_in");
        yield return new(H + "mlp.dense_4h_to_h.weight", "d_model d_mlp -> d_mlp d_model", B + "mlp.W_out");
        yield return new(H + "mlp.dense_4h_to_h.bias", null, B + "mlp.b_out");
        yield return new("final_layer_norm.weight", null, "ln_final.w");
        yield return new("final_layer_norm.bias", null, "ln_final.b");
        if (!config.TiedEmbeddings) yield return new("embed_out.weight", "vocab d_model -> d_model vocab", "unembed.W_U");
    }

    public override bool Fits(TransformerConfig config) =>
        config is { AttentionOnly: false, GatedMlp: false, GroupedQueries: false, Norm: NormKind.LayerNorm, Positions: PositionKind.Rotary, RotaryLayout: RotaryLayout.Halves }
        && config is { RotaryScaling: null, SmearedKeys: false, MlpBias: true, UnembedBias: false, AttentionScale: null, ScaleAttentionByInverseLayer: false }
        && config.QkvBias == config.AttentionOutputBias && config.Heads * config.DHead == config.DModel && config.Activation != Activation.None
        && RotatedDims(config.DHead, RotatedPart(config)) == RotatedDims(config);

    public override void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("num_hidden_layers", config.Layers);
        json.WriteNumber("hidden_size", config.DModel);
        json.WriteNumber("num_attention_heads", config.Heads);
        json.WriteNumber("intermediate_size", config.DMlp);
        json.WriteNumber("vocab_size", config.Vocabulary);
        json.WriteNumber("max_position_embeddings", config.Context);
        json.WriteString("hidden_act", NameOf(config.Activation));
        json.WriteNumber("layer_norm_eps", config.NormEps);
        json.WriteNumber("rotary_pct", RotatedPart(config));
        json.WriteNumber("rotary_emb_base", config.RotaryBase);
        json.WriteBoolean("use_parallel_residual", config.ParallelBlocks);
        json.WriteBoolean("attention_bias", config.QkvBias);
        json.WriteBoolean("tie_word_embeddings", config.TiedEmbeddings);
    }

    protected override TransformerConfig Read(JsonFields fields)
    {
        int width = fields.NeedInteger("hidden_size", 1, Most), heads = fields.NeedInteger("num_attention_heads", 1, Most);
        int headSize = HeadSize(fields, width, heads);
        double part = fields.Number("rotary_pct") ?? RotaryFields.Part(fields) ?? 0.25;
        if (part is not (> 0 and <= 1)) throw fields.Error($"'rotary_pct' is {part}; needed is a number above 0 and up to 1.");
        bool bias = fields.Flag("attention_bias", true);
        return new TransformerConfig
        {
            Layers = fields.NeedInteger("num_hidden_layers", 1, Most),
            DModel = width,
            Heads = heads,
            DHead = headSize,
            DMlp = fields.NeedInteger("intermediate_size", 1, Most),
            Vocabulary = fields.NeedInteger("vocab_size", 1, Most),
            Context = fields.NeedInteger("max_position_embeddings", 1, Most),
            Activation = ActivationOf(fields, "hidden_act", "gelu"),
            ParallelBlocks = fields.Flag("use_parallel_residual", true),
            NormEps = (float)(fields.Number("layer_norm_eps") ?? 1e-5),
            Positions = PositionKind.Rotary,
            RotaryDims = RotatedDims(headSize, part),
            RotaryBase = fields.Number("rotary_emb_base") ?? RotaryFields.Base(fields),
            RotaryScaling = RotaryFields.Scaling(fields),
            TiedEmbeddings = fields.Flag("tie_word_embeddings", false),
            QkvBias = bias,
            AttentionOutputBias = bias,
            UnembedBias = false,
        };
    }

    private static int RotatedDims(TransformerConfig config) => config.RotaryDims == 0 ? config.DHead : config.RotaryDims;

    private static double RotatedPart(TransformerConfig config) => (double)RotatedDims(config) / config.DHead;

    // As in transformers: the product is truncated.
    private static int RotatedDims(int headSize, double part) => (int)(headSize * part);
}
