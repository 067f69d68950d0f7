using Interp.Files;

namespace Interp.Families;

/// <summary>llama2.c: Llama's maths with rotary positions on adjacent pairs.</summary>
internal static class Llama2C
{
    /// <summary>The tables of rotary angles, which are computed here.</summary>
    public static IReadOnlyList<string> Ignored { get; } = ["freq_cis_real", "freq_cis_imag"];

    public static TransformerConfig Config(Llama2CFile file) => new()
    {
        Layers = file.Layers,
        DModel = file.Width,
        Heads = file.Heads,
        KeyValueHeads = file.KeyValueHeads,
        DHead = file.HeadSize,
        DMlp = file.Hidden,
        Vocabulary = file.Vocabulary,
        Context = file.Context,
        Activation = Activation.Silu,
        GatedMlp = true,
        Norm = NormKind.Rms,
        NormEps = 1e-5f,
        Positions = PositionKind.Rotary,
        RotaryLayout = RotaryLayout.AdjacentPairs,
        TiedEmbeddings = file.Tied,
        QkvBias = false,
        AttentionOutputBias = false,
        MlpBias = false,
        UnembedBias = false,
        BosToken = file.Vocabulary > 2 ? 1 : null,
        EosToken = file.Vocabulary > 2 ? 2 : null,
    };

    public static IEnumerable<WeightRule> Rules(TransformerConfig config)
    {
        const string B = "blocks.{l}.", Keys = "(kv_head d_head) d_model -> kv_head d_model d_head";
        string g = config.GroupedQueries ? "_" : "";
        yield return new("token_embedding_table", null, "embed.W_E");
        yield return new("rms_att_weight.{l}", null, B + "ln1.w");
        yield return new("wq.{l}", "(head d_head) d_model -> head d_model d_head", B + "attn.W_Q");
        yield return new("wk.{l}", Keys, $"{B}attn.{g}W_K");
        yield return new("wv.{l}", Keys, $"{B}attn.{g}W_V");
        yield return new("wo.{l}", "d_model (head d_head) -> head d_head d_model", B + "attn.W_O");
        yield return new("rms_ffn_weight.{l}", null, B + "ln2.w");
        yield return new("w1.{l}", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_gate");
        yield return new("w3.{l}", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_in");
        yield return new("w2.{l}", "d_model d_mlp -> d_mlp d_model", B + "mlp.W_out");
        yield return new("rms_final_weight", null, "ln_final.w");
        if (!config.TiedEmbeddings) yield return new("wcls", "vocab d_model -> d_model vocab", "unembed.W_U");
    }
}
