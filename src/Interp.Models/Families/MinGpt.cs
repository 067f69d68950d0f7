using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>minGPT models written as JSON: GPT-2 with matrices [outputs, inputs], tanh GELU and an unembedding of its own.</summary>
internal static class MinGpt
{
    /// <summary>The causal masks, kept as buffers.</summary>
    public static IReadOnlyList<string> Ignored { get; } = ["transformer.h.{l}.attn.bias"];

    /// <summary>The configuration of a file's <c>config</c>.</summary>
    public static TransformerConfig Config(string path, JsonElement json)
    {
        JsonFields fields = new(path, "the minGPT configuration", json);
        int width = fields.NeedInteger("n_embd", 1, 1 << 24), heads = fields.NeedInteger("n_head", 1, 1 << 24);
        if (width % heads != 0) throw fields.Error($"n_embd {width} is no multiple of n_head {heads}.");
        fields.Ignore("model_type", "embd_pdrop", "resid_pdrop", "attn_pdrop");
        TransformerConfig config = new()
        {
            Layers = fields.NeedInteger("n_layer", 1, 1 << 24),
            DModel = width,
            Heads = heads,
            DHead = width / heads,
            DMlp = 4 * width,
            Vocabulary = fields.NeedInteger("vocab_size", 1, 1 << 24),
            Context = fields.NeedInteger("block_size", 1, 1 << 24),
            Activation = Activation.GeluTanh,
            UnembedBias = false,
        };
        fields.Finish();
        return config;
    }

    public static IEnumerable<WeightRule> Rules(TransformerConfig config)
    {
        const string H = "transformer.h.{l}.", B = "blocks.{l}.";
        yield return new("transformer.wte.weight", null, "embed.W_E");
        yield return new("transformer.wpe.weight", null, "pos_embed.W_pos");
        yield return new(H + "ln_1.weight", null, B + "ln1.w");
        yield return new(H + "ln_1.bias", null, B + "ln1.b");
        yield return new(H + "attn.c_attn.weight", "(3 head d_head) d_model -> 3 head d_model d_head", B + "attn.W_Q", B + "attn.W_K", B + "attn.W_V");
        yield return new(H + "attn.c_attn.bias", "(3 head d_head) -> 3 head d_head", B + "attn.b_Q", B + "attn.b_K", B + "attn.b_V");
        yield return new(H + "attn.c_proj.weight", "d_model (head d_head) -> head d_head d_model", B + "attn.W_O");
        yield return new(H + "attn.c_proj.bias", null, B + "attn.b_O");
        yield return new(H + "ln_2.weight", null, B + "ln2.w");
        yield return new(H + "ln_2.bias", null, B + "ln2.b");
        yield return new(H + "mlp.c_fc.weight", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_in");
        yield return new(H + "mlp.c_fc.bias", null, B + "mlp.b_in");
        yield return new(H + "mlp.c_proj.weight", "d_model d_mlp -> d_mlp d_model", B + "mlp.W_out");
        yield return new(H + "mlp.c_proj.bias", null, B + "mlp.b_out");
        yield return new("transformer.ln_f.weight", null, "ln_final.w");
        yield return new("transformer.ln_f.bias", null, "ln_final.b");
        yield return new("lm_head.weight", "vocab d_model -> d_model vocab", "unembed.W_U");
    }
}
