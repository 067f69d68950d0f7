using System.Text;
using System.Text.Json;

namespace Interp.Files;

/// <summary>The configuration of a TransformerLens model as JSON (the fields of its <c>HookedTransformerConfig</c>).</summary>
/// <remarks>
/// Read with care: a field that changes the maths in a way this library does not compute is refused by name, and so is an unknown field, unless it is
/// null or false (but not in the published toy models, whose files also say how they were trained). What TransformerLens has no field for (smeared keys,
/// absent biases, tied embeddings, linear rotary scaling, special tokens) is written under names of ours, and only where it differs from TransformerLens.
/// </remarks>
public static class TransformerLensConfig
{
    /// <summary>Fields that say how TransformerLens runs, loads or initialises a model, not what it computes.</summary>
    private static readonly string[] s_harmless =
    [
        "model_name", "original_architecture", "from_checkpoint", "checkpoint_index", "checkpoint_label_type", "checkpoint_value", "tokenizer_name",
        "device", "n_devices", "dtype", "seed", "init_mode", "init_weights", "n_params", "trust_remote_code", "load_in_4bit",
        "use_attn_result", "use_split_qkv_input", "use_hook_mlp_in", "use_attn_in", "use_hook_tokens", "ungroup_grouped_query_attention",
        "default_prepend_bos", "tokenizer_prepends_bos", "decoder_start_token_id",
        // State dicts hold the unembedding whether or not it is tied.
        "tie_word_embeddings",
        // These have effect only beside fields that are refused.
        "window_size", "attn_types", "rotary_base_local", "experts_per_token", "relative_attention_max_distance", "relative_attention_num_buckets",
    ];

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="ModelFileException">The file cannot be read, or a field is missing, of the wrong type, unknown, or asks for maths that this library lacks.</exception>
    public static TransformerConfig Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using JsonDocument document = JsonFile.Open(path);
        return Read(document.RootElement, path);
    }

    /// <summary>Reads a configuration that was parsed already.</summary>
    /// <param name="json">The object.</param>
    /// <param name="path">The file it came from, for messages.</param>
    /// <exception cref="ModelFileException">As for the other overload.</exception>
    public static TransformerConfig Read(JsonElement json, string path)
    {
        JsonFields fields = new(path, "the TransformerLens configuration", json);
        int dHead = fields.NeedInteger("d_head", least: 1);
        bool attentionOnly = fields.Flag("attn_only", absent: false);
        if (attentionOnly) fields.Ignore("d_mlp", "act_fn", "gated_mlp");
        // The published toy models (attn-only-2l, …): older names for two fields, and beside them how the model was trained.
        bool published = fields.Has("shortformer_pos") || fields.Has("normalization") || fields.Has("lr");
        string positions = fields.Flag("shortformer_pos", absent: false) ? "shortformer" : "standard";
        TransformerConfig config = new()
        {
            Layers = fields.NeedInteger("n_layers", least: 1),
            DModel = fields.NeedInteger("d_model", least: 1),
            Heads = fields.NeedInteger("n_heads", least: 1),
            KeyValueHeads = fields.Integer("n_key_value_heads") ?? 0,
            DHead = dHead,
            DMlp = attentionOnly ? 0 : fields.NeedInteger("d_mlp", least: 1),
            Vocabulary = fields.NeedInteger("d_vocab", least: 1),
            Context = fields.NeedInteger("n_ctx", least: 1),
            Activation = attentionOnly ? Activation.None : ActivationOf(fields),
            GatedMlp = fields.Flag("gated_mlp", absent: false) && !attentionOnly,
            ParallelBlocks = fields.Flag("parallel_attn_mlp", absent: false) && !attentionOnly,
            Norm = (fields.Text("normalization_type") ?? fields.Text("normalization")) switch
            {
                "LN" => NormKind.LayerNorm,
                "LNPre" => NormKind.LayerNormPre,
                "RMS" => NormKind.Rms,
                "RMSPre" => NormKind.RmsPre,
                null => NormKind.None,
                string other => throw fields.Error($"normalization_type '{other}' is not supported; known are LN, LNPre, RMS, RMSPre and null."),
            },
            NormEps = (float)(fields.Number("eps") ?? 1e-5),
            Positions = (fields.Text("positional_embedding_type") ?? positions) switch
            {
                "standard" => PositionKind.Learned,
                "rotary" => PositionKind.Rotary,
                "shortformer" => PositionKind.Shortformer,
                "none" => PositionKind.None,
                string other => throw fields.Error($"positional_embedding_type '{other}' is not supported; known are standard, rotary, shortformer and none."),
            },
            RotaryDims = fields.Integer("rotary_dim") ?? 0,
            RotaryBase = fields.Number("rotary_base") ?? 10000,
            RotaryLayout = fields.Flag("rotary_adjacent_pairs", absent: false) ? RotaryLayout.AdjacentPairs : RotaryLayout.Halves,
            RotaryScaling = ScalingOf(fields),
            AttentionScale = ScaleOf(fields, dHead),
            ScaleAttentionByInverseLayer = fields.Flag("scale_attn_by_inverse_layer_idx", absent: false),
            SmearedKeys = fields.Flag("smeared_keys", absent: false),
            TiedEmbeddings = fields.Flag("tied_embeddings", absent: false),
            QkvBias = fields.Flag("qkv_bias", absent: true),
            AttentionOutputBias = fields.Flag("attention_output_bias", absent: true),
            MlpBias = fields.Flag("mlp_bias", absent: true),
            UnembedBias = fields.Flag("unembed_bias", absent: true),
            InitializerRange = fields.Number("initializer_range") is { } range and > 0 ? (float)range : null,
            BosToken = fields.Integer("bos_token"),
            EosToken = fields.Integer("eos_token"),
        };
        if (config.Positions != PositionKind.Rotary || config.RotaryDims == dHead) config = config with { RotaryDims = 0 };
        RefuseOtherMaths(fields, config);
        fields.Ignore(s_harmless);
        if (!published) fields.Finish();
        try
        {
            return config.Validate();
        }
        catch (ArgumentException e)
        {
            throw new ModelFileException(path, e.Message, e);
        }
    }

    /// <summary>The configuration as TransformerLens's fields, indented.</summary>
    public static string ToJson(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteFields(json, config);
            WriteOurFields(json, config);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteFields(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("n_layers", config.Layers);
        json.WriteNumber("d_model", config.DModel);
        json.WriteNumber("n_ctx", config.Context);
        json.WriteNumber("d_head", config.DHead);
        json.WriteNumber("n_heads", config.Heads);
        if (config.GroupedQueries) json.WriteNumber("n_key_value_heads", config.KeyValueHeads);
        json.WriteNumber("d_vocab", config.Vocabulary);
        json.WriteBoolean("attn_only", config.AttentionOnly);
        if (!config.AttentionOnly)
        {
            json.WriteNumber("d_mlp", config.DMlp);
            json.WriteString("act_fn", config.Activation switch
            {
                Activation.Relu => "relu",
                Activation.Gelu => "gelu",
                Activation.GeluTanh => "gelu_new",
                Activation.Silu => "silu",
                _ => "identity",
            });
        }
        json.WriteBoolean("gated_mlp", config.GatedMlp);
        json.WriteBoolean("parallel_attn_mlp", config.ParallelBlocks);
        json.WriteString("normalization_type", config.Norm switch
        {
            NormKind.LayerNorm => "LN",
            NormKind.LayerNormPre => "LNPre",
            NormKind.Rms => "RMS",
            NormKind.RmsPre => "RMSPre",
            _ => null,
        });
        json.WriteBoolean("final_rms", config.Norm is NormKind.Rms or NormKind.RmsPre);
        json.WriteNumber("eps", config.NormEps);
        if (config.InitializerRange is { } range) json.WriteNumber("initializer_range", range);
        json.WriteString("attention_dir", "causal");
        if (config.AttentionScale is { } scale) json.WriteNumber("attn_scale", scale);
        json.WriteBoolean("scale_attn_by_inverse_layer_idx", config.ScaleAttentionByInverseLayer);
        json.WriteString("positional_embedding_type", config.Positions switch
        {
            PositionKind.Learned => "standard",
            PositionKind.Rotary => "rotary",
            PositionKind.Shortformer => "shortformer",
            _ => "none",
        });
        if (config.Positions != PositionKind.Rotary) return;
        json.WriteNumber("rotary_dim", config.RotaryDims == 0 ? config.DHead : config.RotaryDims);
        json.WriteNumber("rotary_base", config.RotaryBase);
        json.WriteBoolean("rotary_adjacent_pairs", config.RotaryLayout == RotaryLayout.AdjacentPairs);
        if (config.RotaryScaling is not { Kind: RotaryScalingKind.Llama3 } scaling) return;
        json.WriteBoolean("use_NTK_by_parts_rope", true);
        json.WriteNumber("NTK_by_parts_factor", scaling.Factor);
        json.WriteNumber("NTK_by_parts_low_freq_factor", scaling.LowFrequencyFactor);
        json.WriteNumber("NTK_by_parts_high_freq_factor", scaling.HighFrequencyFactor);
        json.WriteNumber("NTK_original_ctx_len", scaling.OriginalContext);
    }

    private static void WriteOurFields(Utf8JsonWriter json, TransformerConfig config)
    {
        if (config.RotaryScaling is { Kind: RotaryScalingKind.Linear } linear) json.WriteNumber("rotary_linear_factor", linear.Factor);
        if (config.SmearedKeys) json.WriteBoolean("smeared_keys", true);
        if (config.TiedEmbeddings) json.WriteBoolean("tied_embeddings", true);
        if (!config.QkvBias) json.WriteBoolean("qkv_bias", false);
        if (!config.AttentionOutputBias) json.WriteBoolean("attention_output_bias", false);
        if (!config.MlpBias) json.WriteBoolean("mlp_bias", false);
        if (!config.UnembedBias) json.WriteBoolean("unembed_bias", false);
        if (config.BosToken is { } bos) json.WriteNumber("bos_token", bos);
        if (config.EosToken is { } eos) json.WriteNumber("eos_token", eos);
    }

    private static Activation ActivationOf(JsonFields fields) => fields.Text("act_fn") switch
    {
        "relu" => Activation.Relu,
        "gelu" => Activation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        "silu" => Activation.Silu,
        "identity" => Activation.None,
        string other => throw fields.Error($"act_fn '{other}' is not supported; known are relu, gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, silu and identity."),
        null => throw fields.Error("it lacks the field 'act_fn'."),
    };

    private static double? ScaleOf(JsonFields fields, int dHead)
    {
        double scale = fields.Number("attn_scale") ?? -1;
        if (!fields.Flag("use_attn_scale", absent: true)) return 1;
        return scale <= 0 || scale == Math.Sqrt(dHead) ? null : scale;
    }

    private static RotaryScaling? ScalingOf(JsonFields fields)
    {
        RotaryScaling llama3 = new()
        {
            Kind = RotaryScalingKind.Llama3,
            Factor = fields.Number("NTK_by_parts_factor") ?? 8,
            LowFrequencyFactor = fields.Number("NTK_by_parts_low_freq_factor") ?? 1,
            HighFrequencyFactor = fields.Number("NTK_by_parts_high_freq_factor") ?? 4,
            OriginalContext = fields.Integer("NTK_original_ctx_len") ?? 8192,
        };
        if (fields.Flag("use_NTK_by_parts_rope", absent: false)) return llama3;
        return fields.Number("rotary_linear_factor") is { } factor ? new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = factor } : null;
    }

    private static void RefuseOtherMaths(JsonFields fields, TransformerConfig config)
    {
        foreach (string flag in (string[])["use_qk_norm", "use_local_attn", "post_embedding_ln", "use_normalization_before_and_after"])
            fields.Only(flag, "false");
        foreach (string cap in (string[])["attn_scores_soft_cap", "output_logits_soft_cap"])
            if (fields.Number(cap) > 0) throw fields.Error($"'{cap}' > 0 is not supported.");
        fields.Only("attention_dir", "\"causal\"");
        fields.Only("num_experts");
        fields.Only("d_vocab_out", "-1", $"{config.Vocabulary}");
        // In RMS models TransformerLens ignores it.
        if (config.Norm is NormKind.LayerNorm or NormKind.LayerNormPre) fields.Only("final_rms", "false");
        else fields.Ignore("final_rms");
    }
}
