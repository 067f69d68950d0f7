using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>GPT-Neo (the TinyStories models): GPT-2 without the scaling of attention scores and without biases on queries, keys and values.</summary>
/// <remarks>Every other layer attends to a window of positions only: the context is limited to that window, inside which the maths is the same.</remarks>
internal sealed class GptNeo : Family
{
    public override string ModelType => "gpt_neo";

    public override string Prefix => "transformer.";

    public override IReadOnlyList<string> Ignored => ["h.{l}.attn.attention.bias", "h.{l}.attn.attention.masked_bias", "lm_head.weight"];

    public override IEnumerable<WeightRule> Rules(TransformerConfig config)
    {
        const string H = "h.{l}.", B = "blocks.{l}.", Heads = "(head d_head) d_model -> head d_model d_head";
        yield return new("wte.weight", null, "embed.W_E");
        yield return new("wpe.weight", "pos d_model -> pos d_model", "pos_embed.W_pos");
        yield return new(H + "ln_1.weight", null, B + "ln1.w");
        yield return new(H + "ln_1.bias", null, B + "ln1.b");
        yield return new(H + "attn.attention.q_proj.weight", Heads, B + "attn.W_Q");
        yield return new(H + "attn.attention.k_proj.weight", Heads, B + "attn.W_K");
        yield return new(H + "attn.attention.v_proj.weight", Heads, B + "attn.W_V");
        yield return new(H + "attn.attention.out_proj.weight", "d_model (head d_head) -> head d_head d_model", B + "attn.W_O");
        yield return new(H + "attn.attention.out_proj.bias", null, B + "attn.b_O");
        yield return new(H + "ln_2.weight", null, B + "ln2.w");
        yield return new(H + "ln_2.bias", null, B + "ln2.b");
        yield return new(H + "mlp.c_fc.weight", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_in");
        yield return new(H + "mlp.c_fc.bias", null, B + "mlp.b_in");
        yield return new(H + "mlp.c_proj.weight", "d_model d_mlp -> d_mlp d_model", B + "mlp.W_out");
        yield return new(H + "mlp.c_proj.bias", null, B + "mlp.b_out");
        yield return new("ln_f.weight", null, "ln_final.w");
        yield return new("ln_f.bias", null, "ln_final.b");
        if (!config.TiedEmbeddings) yield return new("lm_head.weight", "vocab d_model -> d_model vocab", "unembed.W_U");
    }

    protected override TransformerConfig Read(JsonFields fields)
    {
        int width = fields.NeedInteger("hidden_size", 1, Most), heads = fields.NeedInteger("num_heads", 1, Most);
        fields.Ignore("embed_dropout", "resid_dropout", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj");
        // The same in two forms: [[["global", "local"], 12]] and ["global", "local", …].
        bool local = $"{fields.Find("attention_types")} {fields.Find("attention_layers")}".Contains("local", StringComparison.Ordinal);
        int context = fields.NeedInteger("max_position_embeddings", 1, Most), window = fields.Integer("window_size", 1, Most) ?? 256;
        return new TransformerConfig
        {
            Layers = fields.NeedInteger("num_layers", 1, Most),
            DModel = width,
            Heads = heads,
            DHead = HeadSize(fields, width, heads),
            DMlp = fields.Integer("intermediate_size", 1, Most) ?? 4 * width,
            Vocabulary = fields.NeedInteger("vocab_size", 1, Most),
            Context = local ? Math.Min(context, window) : context,
            Activation = ActivationOf(fields, "activation_function", "gelu_new"),
            NormEps = (float)(fields.Number("layer_norm_epsilon") ?? 1e-5),
            AttentionScale = 1,
            TiedEmbeddings = fields.Flag("tie_word_embeddings", true),
            QkvBias = false,
            UnembedBias = false,
        };
    }
}
