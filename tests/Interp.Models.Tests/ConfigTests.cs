using System.Text.Json;
using System.Text.Json.Nodes;
using Interp.Files;

namespace Interp.Models.Tests;

public class ConfigTests
{
    private static readonly TransformerConfig s_valid = new() { Layers = 2, DModel = 16, Heads = 4, DHead = 6, Vocabulary = 11, Context = 20 };

    public static TheoryData<string, string> Wrong => new()
    {
        { "Layers", "Layers = 0" }, { "Heads", "KeyValueHeads = 3 does not divide Heads = 4" }, { "Rotary", "RotaryDims = 5 must be even" },
        { "RotaryDims", "RotaryDims = 8 is more than DHead = 6" }, { "Gated", "GatedMlp needs DMlp" }, { "Parallel", "ParallelBlocks needs DMlp" },
        { "Bos", "BosToken = 11 is outside the vocabulary of 11" }, { "Eps", "NormEps = NaN" }, { "Scale", "AttentionScale = 0" },
        { "Scaling", "RotaryScaling needs Positions = Rotary" }, { "Factor", "RotaryScaling.Factor = 0" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named_with_its_value(string field, string message)
    {
        RotaryScaling scaling = new() { Kind = RotaryScalingKind.Linear, Factor = 0 };
        TransformerConfig wrong = field switch
        {
            "Layers" => s_valid with { Layers = 0 },
            "Heads" => s_valid with { KeyValueHeads = 3 },
            "Rotary" => s_valid with { Positions = PositionKind.Rotary, RotaryDims = 5 },
            "RotaryDims" => s_valid with { Positions = PositionKind.Rotary, RotaryDims = 8 },
            "Gated" => s_valid with { GatedMlp = true },
            "Parallel" => s_valid with { ParallelBlocks = true },
            "Bos" => s_valid with { BosToken = 11 },
            "Eps" => s_valid with { NormEps = float.NaN },
            "Scale" => s_valid with { AttentionScale = 0 },
            "Scaling" => s_valid with { RotaryScaling = scaling },
            _ => s_valid with { Positions = PositionKind.Rotary, RotaryScaling = scaling },
        };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new HookedTransformer(wrong, 1)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Models => SmallModels.Names;

    [Theory, MemberData(nameof(Models))]
    public void A_written_configuration_reads_back(string name)
    {
        TransformerConfig config = new Fixture(name).Config with { BosToken = 3, InitializerRange = 0.02f };
        Assert.Equal(config, Read(TransformerLensConfig.ToJson(config)));
    }

    [Fact]
    public void Key_value_heads_of_zero_mean_as_many_as_heads()
    {
        Assert.Equal(4, s_valid.KeyValueHeads);
        Assert.Equal(s_valid, s_valid with { KeyValueHeads = 4 });
        Assert.False(s_valid.GroupedQueries);
    }

    [Theory]
    [InlineData("\"use_qk_norm\": true", "use_qk_norm")]
    [InlineData("\"attn_scores_soft_cap\": 50.0", "attn_scores_soft_cap")]
    [InlineData("\"attention_dir\": \"bidirectional\"", "attention_dir")]
    [InlineData("\"num_experts\": 8", "num_experts")]
    [InlineData("\"d_vocab_out\": 10", "d_vocab_out")]
    [InlineData("\"final_rms\": true", "final_rms")]
    [InlineData("\"positional_embedding_type\": \"alibi\"", "alibi")]
    [InlineData("\"normalization_type\": \"DeepNorm\"", "DeepNorm")]
    [InlineData("\"brand_new_field\": 3", "brand_new_field")]
    [InlineData("\"n_key_value_heads\": 3", "KeyValueHeads")]
    [InlineData("\"n_layers\": \"two\"", "n_layers")]
    public void Maths_that_is_not_computed_here_is_refused_by_name(string field, string named)
    {
        JsonObject json = JsonNode.Parse(TransformerLensConfig.ToJson(s_valid))!.AsObject();
        foreach ((string name, JsonNode? value) in JsonNode.Parse($"{{ {field} }}")!.AsObject()) json[name] = value?.DeepClone();
        Exception e = Assert.Throws<ModelFileException>(() => Read(json.ToJsonString()));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", e.Message, StringComparison.Ordinal);
    }

    private static TransformerConfig Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return TransformerLensConfig.Read(document.RootElement, "config.json");
    }
}
