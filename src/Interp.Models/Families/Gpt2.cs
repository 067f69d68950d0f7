using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>GPT-2 (Radford et al. 2019): learned positions, LayerNorm before each sublayer, GELU (tanh), biases everywhere, tied embeddings. Its matrices are [inputs, outputs].</summary>
internal sealed class Gpt2 : Family
{
    public override string ModelType => "gpt2";

    public override string Prefix => "transformer.";

    // The causal mask, kept as a buffer.
    public override IReadOnlyList<string> Ignored => ["h.{l}.attn.bias", "h.{l}.attn.masked_bias", "lm_head.weight"];

    public override IEnumerable<WeightRule> Rules(TransformerConfig config)
    {
        const string H = "h.{l}.", B = "blocks.{l}.";
        yield return new("wte.weight", null, "embed.W_E");
        yield return new("wpe.weight", null, "pos_embed.W_pos");
        yield return new(H + "ln_1.weight", null, B + "ln1.w");
        yield return new(H + "ln_1.bias", null, B + "ln1.b");
        yield return new(H + "attn.c_attn.weight", "d_model (3 head d_head) -> 3 head d_model d_head", B + "attn.W_Q", B + "attn.W_K", B + "attn.W_V");
        yield return new(H + "attn.c_attn.bias", "(3 head d_head) -> 3 head d_head", B + "attn.b_Q", B + "attn.b_K", B + "attn.b_V");
        yield return new(H + "attn.c_proj.weight", "(head d_head) d_model -> head d_head d_model", B + "attn.W_O");
        yield return new(H + "attn.c_proj.bias", null, B + "attn.b_O");
        yield return new(H + "ln_2.weight", null, B + "ln2.w");
        yield return new(H + "ln_2.bias", null, B + "ln2.b");
        yield return new(H + "mlp.c_fc.weight", null, B + "mlp.W_in");
        yield return new(H + "mlp.c_fc.bias", null, B + "mlp.b_in");
        yield return new(H + "mlp.c_proj.weight", null, B + "mlp.W_out");
        yield return new(H + "mlp.c_proj.bias", null, B + "mlp.b_out");
        yield return new("ln_f.weight", null, "ln_final.w");
        yield return new("ln_f.bias", null, "ln_final.b");
        if (!config.TiedEmbeddings) yield return new("lm_head.weight", "vocab d_model -> d_model vocab", "unembed.W_U");
    }

    public override bool Fits(TransformerConfig config) =>
        config is { AttentionOnly: false, GatedMlp: false, ParallelBlocks: false, GroupedQueries: false, Norm: NormKind.LayerNorm, Positions: PositionKind.Learned, SmearedKeys: false }
        && config is { QkvBias: true, AttentionOutputBias: true, MlpBias: true, UnembedBias: false }
        && config.Heads * config.DHead == config.DModel && config.AttentionScale is null or 1 && config.Activation != Activation.None;

    public override void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("n_layer", config.Layers);
        json.WriteNumber("n_embd", config.DModel);
        json.WriteNumber("n_head", config.Heads);
        json.WriteNumber("n_inner", config.DMlp);
        json.WriteNumber("vocab_size", config.Vocabulary);
        json.WriteNumber("n_positions", config.Context);
        json.WriteString("activation_function", NameOf(config.Activation));
        json.WriteNumber("layer_norm_epsilon", config.NormEps);
        json.WriteBoolean("scale_attn_weights", config.AttentionScale is null);
        json.WriteBoolean("scale_attn_by_inverse_layer_idx", config.ScaleAttentionByInverseLayer);
        json.WriteBoolean("tie_word_embeddings", config.TiedEmbeddings);
    }

    protected override TransformerConfig Read(JsonFields fields)
    {
        int width = fields.NeedInteger("n_embd", 1, Most), heads = fields.NeedInteger("n_head", 1, Most);
        fields.Only("add_cross_attention", "false");
        fields.Only("is_encoder_decoder", "false");
        fields.Ignore("n_ctx", "attn_pdrop", "embd_pdrop", "resid_pdrop", "reorder_and_upcast_attn", "summary_activation", "summary_first_dropout",
            "summary_proj_to_labels", "summary_type", "summary_use_proj");
        return new TransformerConfig
        {
            Layers = fields.NeedInteger("n_layer", 1, Most),
            DModel = width,
            Heads = heads,
            DHead = HeadSize(fields, width, heads),
            DMlp = fields.Integer("n_inner", 1, Most) ?? 4 * width,
            Vocabulary = fields.NeedInteger("vocab_size", 1, Most),
            Context = fields.NeedInteger("n_positions", 1, Most),
            Activation = ActivationOf(fields, "activation_function", "gelu_new"),
            NormEps = (float)(fields.Number("layer_norm_epsilon") ?? 1e-5),
            AttentionScale = fields.Flag("scale_attn_weights", true) ? null : 1,
            ScaleAttentionByInverseLayer = fields.Flag("scale_attn_by_inverse_layer_idx", false),
            TiedEmbeddings = fields.Flag("tie_word_embeddings", true),
            UnembedBias = false,
        };
    }
}
