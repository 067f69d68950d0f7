using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>A model family of Hugging Face's transformers: how its config.json fixes the maths, and what its tensors are called.</summary>
internal abstract class Family
{
    /// <summary>The largest believable size: beyond it a number is a mistake.</summary>
    protected const int Most = 1 << 24;

    // What every config.json may hold, and what changes training, loading or generation but not the logits.
    private static readonly string[] s_harmless =
    [
        "architectures", "model_type", "_name_or_path", "name_or_path", "torch_dtype", "dtype", "transformers_version", "use_cache", "initializer_range",
        "pad_token_id", "sep_token_id", "unk_token_id", "gradient_checkpointing", "output_attentions", "output_hidden_states", "return_dict", "attention_dropout",
        "hidden_dropout", "classifier_dropout", "torchscript", "pretraining_tp", "task_specific_params", "id2label", "label2id", "problem_type",
        "_attn_implementation", "_attn_implementation_autoset", "attn_implementation", "chunk_size_feed_forward", "max_length", "min_length", "do_sample", "temperature", "top_k", "top_p",
        "num_labels", "_num_labels", "predict_special_tokens", "output_past", "is_llama_config", "transformers.js_config",
    ];

    /// <summary>All families.</summary>
    public static IReadOnlyList<Family> All { get; } = [new Gpt2(), new GptNeo(), new GptNeoX(), new Llama(), new Mistral(), new Qwen2()];

    /// <summary>The <c>model_type</c> in config.json.</summary>
    public abstract string ModelType { get; }

    /// <summary>What all tensors but the unembedding may have in front of their names.</summary>
    public abstract string Prefix { get; }

    /// <summary>Tensors that are no parameters.</summary>
    public virtual IReadOnlyList<string> Ignored => [];

    /// <summary>The configuration of a config.json.</summary>
    /// <exception cref="ModelFileException">A field is missing, or asks for maths that is not supported.</exception>
    public TransformerConfig Read(string path, JsonElement json)
    {
        JsonFields fields = new(path, $"the configuration of the family {ModelType}", json);
        fields.Ignore(s_harmless);
        TransformerConfig config = Read(fields) with { BosToken = FirstToken(fields, "bos_token_id"), EosToken = FirstToken(fields, "eos_token_id") };
        fields.Only("is_decoder", "true", "false");
        fields.Finish();
        try
        {
            // Some authors give ids that their vocabulary lacks: no use, no harm.
            if (config.BosToken >= config.Vocabulary) config = config with { BosToken = null };
            if (config.EosToken >= config.Vocabulary) config = config with { EosToken = null };
            return config.Validate();
        }
        catch (ArgumentException e)
        {
            throw fields.Error(e.Message);
        }
    }

    /// <summary>The rules for a model of this family.</summary>
    public abstract IEnumerable<WeightRule> Rules(TransformerConfig config);

    /// <summary>Whether this family's config.json can express a model.</summary>
    public virtual bool Fits(TransformerConfig config) => false;

    /// <summary>Writes the fields of a config.json that are this family's own.</summary>
    public virtual void Write(Utf8JsonWriter json, TransformerConfig config) => throw new NotSupportedException($"Models are not written as {ModelType}.");

    protected abstract TransformerConfig Read(JsonFields fields);

    /// <summary>An activation by its name in transformers.</summary>
    protected static Activation ActivationOf(JsonFields fields, string name, string absent) => fields.Text(name, absent) switch
    {
        "gelu" => Activation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        "relu" => Activation.Relu,
        "silu" or "swish" => Activation.Silu,
        string other => throw fields.Error($"'{name}' is \"{other}\"; supported are gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu and swish."),
        null => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The name in transformers of an activation.</summary>
    protected static string NameOf(Activation activation) => activation switch
    {
        Activation.Gelu => "gelu",
        Activation.GeluTanh => "gelu_new",
        Activation.Relu => "relu",
        _ => "silu",
    };

    /// <summary>The size of a head where the field is absent.</summary>
    protected static int HeadSize(JsonFields fields, int width, int heads) =>
        width % heads == 0 ? width / heads : throw fields.Error($"a width of {width} is no multiple of {heads} heads.");

    /// <summary>One id, or the first of a list (some chat models end with any of several).</summary>
    private static int? FirstToken(JsonFields fields, string name)
    {
        if (fields.Find(name) is not JsonElement value) return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0) value = value[0];
        return value.TryInteger(out long id) && id is >= 0 and < int.MaxValue ? (int)id : null;
    }
}
