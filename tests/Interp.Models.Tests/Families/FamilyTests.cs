using System.Text.Json.Nodes;
using Interp.Files;

namespace Interp.Models.Tests.Families;

public sealed class FamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // What two float32 computations of these depths differ by, relative to the tensor's scale.
    private const double Tolerance = 1e-5;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("transformer.")]
    [InlineData("")]
    public void Gpt2_agrees_with_its_reference(string prefix)
    {
        Fixture f = new("gpt2-tied");
        ForeignLayout.Write(_folder.Path, Gpt2Config(), ForeignLayout.Gpt2(f.Model, prefix));
        ModelFile opened = ModelFile.Open(_folder.Path);
        Assert.Equal("Hugging Face gpt2", opened.Kind);
        Agreement.Assert("logits", f.Best("logits"), opened.Model.Run(f.Tokens), Tolerance);
        Assert.Equal((3, 5), (opened.Model.Config.BosToken, opened.Model.Config.EosToken));
    }

    [Fact]
    public void Shards_are_found_by_their_index()
    {
        Fixture f = new("gpt2-tied");
        Dictionary<string, Tensor> all = ForeignLayout.Gpt2(f.Model, "transformer.");
        _folder.Write("config.json", Gpt2Config().ToJsonString());
        string[] files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        JsonObject map = [];
        foreach ((int i, KeyValuePair<string, Tensor> tensor) in all.Index()) map[tensor.Key] = files[i % 2];
        for (int i = 0; i < 2; i++) SafetensorsFile.Save(_folder.File(files[i]), all.Where((_, n) => n % 2 == i));
        _folder.Write("model.safetensors.index.json", new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 1 }, ["weight_map"] = map }.ToJsonString());
        Agreement.Assert("logits", f.Best("logits"), ModelFile.Open(_folder.Path).Model.Run(f.Tokens), Tolerance);

        map["transformer.wte.weight"] = "../" + files[0];
        _folder.Write("model.safetensors.index.json", new JsonObject { ["weight_map"] = map.DeepClone() }.ToJsonString());
        Assert.Contains("same folder", Assert.Throws<ModelFileException>(() => ModelFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GptNeoX_agrees_with_its_reference()
    {
        Fixture f = new("neox");
        ForeignLayout.Write(_folder.Path, new
        {
            model_type = "gpt_neox",
            num_hidden_layers = 2,
            hidden_size = 8,
            num_attention_heads = 2,
            intermediate_size = 9,
            vocab_size = 17,
            max_position_embeddings = 12,
            hidden_act = "gelu",
            layer_norm_eps = 1e-5,
            rotary_pct = 0.5,
            rotary_emb_base = 10000,
            use_parallel_residual = true,
            tie_word_embeddings = false,
        }, ForeignLayout.GptNeoX(f.Model));
        Tensor logits = ModelFile.Open(_folder.Path).Model.Run(f.Tokens);
        // The family has no bias on the logits, the reference has.
        Agreement.Assert("logits", f.Best("logits"), logits + f.Weights["unembed.b_U"], Tolerance);
    }

    [Fact]
    public void Qwen2_with_scaled_rotary_angles_agrees_with_its_reference()
    {
        Fixture f = new("qwen");
        JsonObject config = LlamaConfig("qwen2");
        config["rope_scaling"] = new JsonObject { ["rope_type"] = "llama3", ["factor"] = 8.0, ["low_freq_factor"] = 1.0, ["high_freq_factor"] = 4.0, ["original_max_position_embeddings"] = 20 };
        config["use_sliding_window"] = false;
        config["sliding_window"] = 4;
        config["max_window_layers"] = 2;
        ForeignLayout.Write(_folder.Path, config, ForeignLayout.Llama(f.Model));
        Agreement.Assert("logits", f.Best("logits"), ModelFile.Open(_folder.Path).Model.Run(f.Tokens), Tolerance);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, 2.0)]
    public void Llama_computes_what_the_same_parameters_compute(bool tied, double? factor)
    {
        TransformerConfig config = LlamaLike(tied) with { RotaryScaling = factor is double f ? new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = f } : null };
        HookedTransformer model = Noisy(config);
        JsonObject json = LlamaConfig("llama");
        json["tie_word_embeddings"] = tied;
        if (factor is double linear) json["rope_scaling"] = new JsonObject { ["type"] = "linear", ["factor"] = linear };
        ForeignLayout.Write(_folder.Path, json, ForeignLayout.Llama(model));
        AssertSame(model, ModelFile.Open(_folder.Path).Model);
    }

    [Fact]
    public void Mistral_is_limited_to_its_window()
    {
        HookedTransformer model = Noisy(LlamaLike(tied: false));
        JsonObject json = LlamaConfig("mistral");
        json["sliding_window"] = 9;
        ForeignLayout.Write(_folder.Path, json, ForeignLayout.Llama(model));
        HookedTransformer opened = ModelFile.Open(_folder.Path).Model;
        Assert.Equal(9, opened.Config.Context);
        AssertSame(model, opened);
    }

    [Fact]
    public void GptNeo_does_not_scale_scores_and_is_limited_to_its_window()
    {
        HookedTransformer model = Noisy(new TransformerConfig
        {
            Layers = 2,
            DModel = 8,
            Heads = 2,
            DHead = 4,
            DMlp = 32,
            Vocabulary = 17,
            Context = 7,
            AttentionScale = 1,
            TiedEmbeddings = true,
            QkvBias = false,
            UnembedBias = false,
        });
        Dictionary<string, Tensor> tensors = ForeignLayout.GptNeo(model);
        ForeignLayout.Write(_folder.Path, new
        {
            model_type = "gpt_neo",
            num_layers = 2,
            hidden_size = 8,
            num_heads = 2,
            intermediate_size = (int?)null,
            vocab_size = 17,
            max_position_embeddings = 7,
            window_size = 256,
            attention_types = new object[] { new object[] { new[] { "global", "local" }, 1 } },
            attention_layers = new[] { "global", "local" },
            activation_function = "gelu_new",
        }, tensors);
        AssertSame(model, ModelFile.Open(_folder.Path).Model);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    public void Llama2c_files_compute_what_the_same_parameters_compute(int version, bool tied)
    {
        HookedTransformer model = Noisy(LlamaLike(tied) with { RotaryLayout = RotaryLayout.AdjacentPairs, NormEps = 1e-5f, DModel = 16 });
        string path = _folder.Write("model.bin", ForeignLayout.Llama2C(model, version));
        AssertSame(model, ModelFile.Open(path).Model);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^4]);
        Assert.Contains("truncated", Assert.Throws<ModelFileException>(() => ModelFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_type", "\"bert\"", "'bert'")]
    [InlineData("activation_function", "\"quick_gelu\"", "quick_gelu")]
    [InlineData("add_cross_attention", "true", "add_cross_attention")]
    [InlineData("new_maths", "3", "new_maths")]
    [InlineData("quantization_config", "{\"bits\":4}", "quantization_config")]
    [InlineData("n_layer", "null", "n_layer")]
    [InlineData("n_layer", "2000000", "2000000")]
    [InlineData("n_layer", "3", "h.2.")]
    [InlineData("n_layer", "1", "no place")]
    [InlineData("n_head", "3", "heads")]
    [InlineData("n_inner", "10", "[8, 10]")]
    [InlineData("vocab_size", "18", "[18, 8]")]
    [InlineData("n_positions", "-1", "n_positions")]
    [InlineData("layer_norm_epsilon", "1e400", "layer_norm_epsilon")]
    public void A_configuration_that_asks_for_something_else_is_refused_by_name(string field, string value, string named)
    {
        Fixture f = new("gpt2-tied");
        JsonObject config = Gpt2Config();
        ForeignLayout.Write(_folder.Path, config, ForeignLayout.Gpt2(f.Model, "transformer."));
        // As text, since 1e400 is no number that a JsonObject holds.
        config[field] = "@@@";
        _folder.Write("config.json", config.ToJsonString().Replace("\"@@@\"", value, StringComparison.Ordinal));
        Assert.Contains(named, Assert.Throws<ModelFileException>(() => ModelFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", "mlp_bias", "true")]
    [InlineData("llama", "rope_scaling", "{\"type\":\"dynamic\",\"factor\":2}")]
    [InlineData("llama", "rope_scaling", "{\"rope_type\":\"yarn\",\"factor\":2}")]
    [InlineData("llama", "partial_rotary_factor", "0.5")]
    [InlineData("llama", "sliding_window", "8")]
    [InlineData("mistral", "attention_bias", "true")]
    public void Maths_of_other_llamas_is_refused_by_name(string type, string field, string value)
    {
        JsonObject config = LlamaConfig(type);
        config[field] = JsonNode.Parse(value);
        ForeignLayout.Write(_folder.Path, config, ForeignLayout.Llama(Noisy(LlamaLike(tied: false))));
        Assert.Contains(field, Assert.Throws<ModelFileException>(() => ModelFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "is missing")]
    [InlineData("extra", "no place")]
    [InlineData("misshaped", "should have the shape [9]")]
    public void A_tensor_that_does_not_fit_is_one_error_with_file_tensor_and_shapes(string defect, string says)
    {
        Fixture f = new("gpt2-tied");
        Dictionary<string, Tensor> tensors = ForeignLayout.Gpt2(f.Model, "transformer.");
        const string Name = "transformer.h.1.mlp.c_fc.bias";
        if (defect == "missing") tensors.Remove(Name);
        else if (defect == "extra") tensors["transformer.h.1.mlp.c_fc.bias2"] = Tensor.Zeros(9);
        else tensors[Name] = Tensor.Zeros(8);
        ForeignLayout.Write(_folder.Path, Gpt2Config(), tensors);
        string message = Assert.Throws<ModelFileException>(() => ModelFile.Open(_folder.Path)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(Name, message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", message, StringComparison.Ordinal);
        Assert.Contains(defect == "misshaped" ? "[8]" : "[9]", message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Fixture.AllNames), MemberType = typeof(Fixture))]
    public void A_saved_model_opens_to_the_same_bits(string name)
    {
        Fixture f = new(name);
        ModelFile.Save(_folder.Path, f.Model);
        ModelFile opened = ModelFile.Open(_folder.Path);
        Assert.Equal(f.Config, opened.Model.Config);
        AssertSame(f.Model, opened.Model);
    }

    [Theory]
    [InlineData("gpt2-tied", "Hugging Face gpt2")]
    [InlineData("qwen", "Hugging Face qwen2")]
    [InlineData("neox", "Hugging Face gpt_neox")]
    [InlineData("smeared", "TransformerLens state dict")]
    public void A_model_is_saved_as_the_family_that_can_express_it(string name, string kind)
    {
        Fixture f = new(name);
        HookedTransformer model = f.Model;
        // NeoX has no bias on the logits: one of zeros is left out.
        if (name == "neox") model = new HookedTransformer(f.Config, f.Weights.ToDictionary(p => p.Key, p => p.Key == "unembed.b_U" ? Tensor.Zeros(17) : p.Value));
        ModelFile.Save(_folder.Path, model);
        ModelFile opened = ModelFile.Open(_folder.Path);
        Assert.Equal(kind, opened.Kind);
        AssertSame(model, opened.Model);
    }

    [Fact]
    public void A_llama_is_saved_as_one()
    {
        HookedTransformer model = Noisy(LlamaLike(tied: true) with { RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 4 }, BosToken = 1, EosToken = 2 });
        ModelFile.Save(_folder.Path, model);
        ModelFile opened = ModelFile.Open(_folder.Path);
        Assert.Equal("Hugging Face llama", opened.Kind);
        Assert.Equal(model.Config, opened.Model.Config with { RotaryDims = model.Config.RotaryDims });
        AssertSame(model, opened.Model);
    }

    private static void AssertSame(HookedTransformer expected, HookedTransformer actual)
    {
        Tokens tokens = new([1, 5, 3, 16, 0, 2, 2], 1, 7);
        Agreement.AssertSameBits("logits", expected.Run(tokens), actual.Run(tokens));
    }

    private static TransformerConfig LlamaLike(bool tied) => new()
    {
        Layers = 2,
        DModel = 8,
        Heads = 4,
        KeyValueHeads = 2,
        DHead = 4,
        DMlp = 9,
        Vocabulary = 17,
        Context = 12,
        Activation = Activation.Silu,
        GatedMlp = true,
        Norm = NormKind.Rms,
        NormEps = 1e-6f,
        Positions = PositionKind.Rotary,
        TiedEmbeddings = tied,
        QkvBias = false,
        AttentionOutputBias = false,
        MlpBias = false,
        UnembedBias = false,
    };

    /// <summary>A model none of whose parameters is zero or one.</summary>
    private static HookedTransformer Noisy(TransformerConfig config)
    {
        HookedTransformer model = new(config, seed: 1);
        Rng random = new(2);
        foreach ((_, Tensor parameter) in model.Parameters)
            foreach (ref float x in parameter.Span) x += 0.3f * (float)random.NextNormal();
        return model;
    }

    private static JsonObject Gpt2Config() => new()
    {
        ["model_type"] = "gpt2",
        ["architectures"] = new JsonArray("GPT2LMHeadModel"),
        ["n_layer"] = 2,
        ["n_embd"] = 8,
        ["n_head"] = 2,
        ["n_inner"] = 9,
        ["vocab_size"] = 17,
        ["n_positions"] = 12,
        ["n_ctx"] = 12,
        ["activation_function"] = "gelu_new",
        ["layer_norm_epsilon"] = 1e-5,
        ["attn_pdrop"] = 0.1,
        ["bos_token_id"] = 3,
        ["eos_token_id"] = 5,
        ["task_specific_params"] = new JsonObject { ["text-generation"] = new JsonObject { ["do_sample"] = true } },
    };

    private static JsonObject LlamaConfig(string type) => new()
    {
        ["model_type"] = type,
        ["num_hidden_layers"] = 2,
        ["hidden_size"] = 8,
        ["num_attention_heads"] = 4,
        ["num_key_value_heads"] = 2,
        ["head_dim"] = 4,
        ["intermediate_size"] = 9,
        ["vocab_size"] = 17,
        ["max_position_embeddings"] = 12,
        ["hidden_act"] = "silu",
        ["rms_norm_eps"] = 1e-6,
        ["rope_theta"] = 10000.0,
        ["tie_word_embeddings"] = false,
        ["torch_dtype"] = "bfloat16",
    };
}
