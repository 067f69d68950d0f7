using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>Llama 1 to 3: RMS norm, rotary positions (scaled in 3.1 and later), gated SiLU MLP, grouped queries, no biases.</summary>
internal class Llama : Family
{
    public override string ModelType => "llama";

    public override string Prefix => "model.";

    public override IReadOnlyList<string> Ignored => ["layers.{l}.self_attn.rotary_emb.inv_freq", "lm_head.weight"];

    public override IEnumerable<WeightRule> Rules(TransformerConfig config)
    {
        const string H = "layers.{l}.", B = "blocks.{l}.", Keys = "(kv_head d_head) d_model -> kv_head d_model d_head";
        // Grouped keys and values are parameters of their own kind in TransformerLens.
        string g = config.GroupedQueries ? "_" : "";
        yield return new("embed_tokens.weight", null, "embed.W_E");
        yield return new(H + "input_layernorm.weight", null, B + "ln1.w");
        yield return new(H + "self_attn.q_proj.weight", "(head d_head) d_model -> head d_model d_head", B + "attn.W_Q");
        yield return new(H + "self_attn.k_proj.weight", Keys, $"{B}attn.{g}W_K");
        yield return new(H + "self_attn.v_proj.weight", Keys, $"{B}attn.{g}W_V");
        if (config.QkvBias)
        {
            yield return new(H + "self_attn.q_proj.bias", "(head d_head) -> head d_head", B + "attn.b_Q");
            yield return new(H + "self_attn.k_proj.bias", "(kv_head d_head) -> kv_head d_head", $"{B}attn.{g}b_K");
            yield return new(H + "self_attn.v_proj.bias", "(kv_head d_head) -> kv_head d_head", $"{B}attn.{g}b_V");
        }
        yield return new(H + "self_attn.o_proj.weight", "d_model (head d_head) -> head d_head d_model", B + "attn.W_O");
        if (config.AttentionOutputBias) yield return new(H + "self_attn.o_proj.bias", null, B + "attn.b_O");
        yield return new(H + "post_attention_layernorm.weight", null, B + "ln2.w");
        yield return new(H + "mlp.gate_proj.weight", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_gate");
        yield return new(H + "mlp.up_proj.weight", "d_mlp d_model -> d_model d_mlp", B + "mlp.W_in");
        yield return new(H + "mlp.down_proj.weight", "d_model d_mlp -> d_mlp d_model", B + "mlp.W_out");
        yield return new("norm.weight", null, "ln_final.w");
        if (!config.TiedEmbeddings) yield return new("lm_head.weight", "vocab d_model -> d_model vocab", "unembed.W_U");
    }

    public override bool Fits(TransformerConfig config) => FitsApartFromBiases(config) && config.QkvBias == config.AttentionOutputBias;

    public override void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("num_hidden_layers", config.Layers);
        json.WriteNumber("hidden_size", config.DModel);
        json.WriteNumber("num_attention_heads", config.Heads);
        json.WriteNumber("num_key_value_heads", config.KeyValueHeads);
        json.WriteNumber("head_dim", config.DHead);
        json.WriteNumber("intermediate_size", config.DMlp);
        json.WriteNumber("vocab_size", config.Vocabulary);
        json.WriteNumber("max_position_embeddings", config.Context);
        json.WriteString("hidden_act", NameOf(config.Activation));
        json.WriteNumber("rms_norm_eps", config.NormEps);
        RotaryFields.Write(json, config);
        if (ModelType == "llama") json.WriteBoolean("attention_bias", config.QkvBias);
        json.WriteBoolean("tie_word_embeddings", config.TiedEmbeddings);
    }

    protected static bool FitsApartFromBiases(TransformerConfig config) =>
        config is { GatedMlp: true, ParallelBlocks: false, Norm: NormKind.Rms, Positions: PositionKind.Rotary, RotaryLayout: RotaryLayout.Halves, SmearedKeys: false }
        && config is { MlpBias: false, UnembedBias: false, AttentionScale: null, ScaleAttentionByInverseLayer: false }
        && (config.RotaryDims == 0 || config.RotaryDims == config.DHead) && config.Activation != Activation.None;

    protected override TransformerConfig Read(JsonFields fields)
    {
        // The gate's bias has no place in the model.
        fields.Only("mlp_bias", "false");
        bool bias = fields.Flag("attention_bias", false);
        return ReadShared(fields) with { QkvBias = bias, AttentionOutputBias = bias };
    }

    /// <summary>What the Llama-like families have in common; no biases.</summary>
    protected static TransformerConfig ReadShared(JsonFields fields)
    {
        int width = fields.NeedInteger("hidden_size", 1, Most), heads = fields.NeedInteger("num_attention_heads", 1, Most);
        if (RotaryFields.Part(fields) is double part and not 1) throw fields.Error($"'partial_rotary_factor' is {part}; supported is only 1.");
        return new TransformerConfig
        {
            Layers = fields.NeedInteger("num_hidden_layers", 1, Most),
            DModel = width,
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", 1, Most) ?? heads,
            DHead = fields.Integer("head_dim", 1, Most) ?? HeadSize(fields, width, heads),
            DMlp = fields.NeedInteger("intermediate_size", 1, Most),
            Vocabulary = fields.NeedInteger("vocab_size", 1, Most),
            Context = fields.Integer("max_position_embeddings", 1, Most) ?? 2048,
            Activation = ActivationOf(fields, "hidden_act", "silu"),
            GatedMlp = true,
            Norm = NormKind.Rms,
            NormEps = (float)(fields.Number("rms_norm_eps") ?? 1e-6),
            Positions = PositionKind.Rotary,
            RotaryBase = RotaryFields.Base(fields),
            RotaryScaling = RotaryFields.Scaling(fields),
            TiedEmbeddings = fields.Flag("tie_word_embeddings", false),
            QkvBias = false,
            AttentionOutputBias = false,
            MlpBias = false,
            UnembedBias = false,
        };
    }
}
