using System.Text.Json;

namespace Interp.Models.Tests;

public class ParameterTests
{
    private static Dictionary<string, Tensor> Copy(HookedTransformer model) => model.Parameters.ToDictionary(p => p.Key, p => p.Value);

    [Fact]
    public void As_text_a_model_is_a_line_and_as_JSON_its_configuration()
    {
        HookedTransformer model = SmallModels.Random();
        // Embedding, positions and unembedding 11·16 + 20·16 + 11·17; a layer 4·16·16 weights, 64 biases and a norm of 32; the last norm 32.
        Assert.Equal("HookedTransformer: 2 layers of 2 heads, width 16, 2,955 parameters", model.ToString());
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(model));
        Assert.Equal("Config", Assert.Single(json.RootElement.EnumerateObject()).Name);
    }

    [Fact]
    public void A_missing_parameter_is_named_with_its_shape()
    {
        HookedTransformer model = SmallModels.Random();
        Dictionary<string, Tensor> parameters = Copy(model);
        parameters.Remove("blocks.1.attn.W_K");
        Exception e = Assert.Throws<ArgumentException>(() => new HookedTransformer(model.Config, parameters));
        Assert.Contains("blocks.1.attn.W_K [2, 16, 8] is missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misshaped_parameter_is_named_with_both_shapes()
    {
        HookedTransformer model = SmallModels.Random();
        Dictionary<string, Tensor> parameters = Copy(model);
        parameters["blocks.1.attn.W_K"] = Tensor.Zeros(16, 16);
        Exception e = Assert.Throws<ArgumentException>(() => new HookedTransformer(model.Config, parameters));
        Assert.Contains("blocks.1.attn.W_K has the shape [16, 16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 16, 8]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_of_no_place_is_named()
    {
        HookedTransformer model = SmallModels.Random();
        Dictionary<string, Tensor> parameters = Copy(model);
        parameters["blocks.2.attn.W_K"] = Tensor.Zeros(2, 16, 8);
        Exception e = Assert.Throws<ArgumentException>(() => new HookedTransformer(model.Config, parameters));
        Assert.Contains("blocks.2.attn.W_K has no place", e.Message, StringComparison.Ordinal);
        Assert.Contains("blocks.1.attn.W_K", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grouped_keys_are_answered_for_every_head_and_absent_biases_are_zero()
    {
        Fixture f = new("qwen");
        Tensor grouped = f.Model.Parameters["blocks.0.attn._W_K"], perHead = f.Model.Parameters["blocks.0.attn.W_K"];
        Assert.Equal([4, 8, 4], perHead.Shape.ToArray());
        for (int h = 0; h < 4; h++) Agreement.AssertSameBits($"head {h}", grouped.Select(h / 2), perHead.Select(h));
        Assert.Equal([4, 4], f.Model.Parameters["blocks.0.attn.b_V"].Shape.ToArray());
        Assert.All(f.Model.Parameters["blocks.1.mlp.b_out"].Span.ToArray(), b => Assert.Equal(0, b));
        Assert.DoesNotContain("blocks.0.attn.W_K", f.Model.Parameters.Keys);
        Assert.True(f.Model.Parameters.ContainsKey("blocks.0.attn.W_K"));
        Assert.Contains("blocks.0.attn.W_Q", Assert.Throws<KeyNotFoundException>(() => f.Model.Parameters["blocks.0.attn.W_QQ"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tied_unembedding_is_answered_transposed()
    {
        Fixture f = new("gpt2-tied");
        Agreement.AssertSameBits("W_U", Ops.Permute(f.Model.Parameters["embed.W_E"], 1, 0), f.Model.Parameters["unembed.W_U"]);
    }

    [Fact]
    public void A_seed_gives_the_same_weights_and_another_seed_others()
    {
        HookedTransformer a = SmallModels.Random(1), b = SmallModels.Random(1), c = SmallModels.Random(2);
        foreach (string name in a.Parameters.Keys) Agreement.AssertSameBits(name, a.Parameters[name], b.Parameters[name]);
        Assert.NotEqual(a.Parameters["embed.W_E"].Span[0], c.Parameters["embed.W_E"].Span[0]);
    }

    [Fact]
    public void Fresh_weights_have_the_documented_spread()
    {
        TransformerConfig config = new() { Layers = 1, DModel = 48, Heads = 3, DHead = 32, DMlp = 100, Vocabulary = 200, Context = 50 };
        IReadOnlyDictionary<string, Tensor> p = new HookedTransformer(config, 7).Parameters;
        // The relative standard error of a standard deviation over n values is 1/√(2n): at most 1.1 % here; four of them.
        void HasSpread(string name, double std) => Assert.Equal(1, Math.Sqrt(p[name].Span.ToArray().Average(x => (double)x * x)) / std, 0.045);
        HasSpread("embed.W_E", 1);
        HasSpread("pos_embed.W_pos", 1);
        HasSpread("blocks.0.attn.W_Q", 1 / Math.Sqrt(3 * 48));
        HasSpread("blocks.0.attn.W_O", 1 / Math.Sqrt(3 * 96));
        HasSpread("blocks.0.mlp.W_in", 1 / Math.Sqrt(3 * 48));
        HasSpread("blocks.0.mlp.W_out", 1 / Math.Sqrt(3 * 100));
        HasSpread("unembed.W_U", 1 / Math.Sqrt(3 * 48));
        Assert.All(p["blocks.0.ln1.w"].Span.ToArray(), w => Assert.Equal(1, w));
        Assert.All(p["blocks.0.attn.b_Q"].Span.ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_smeared_model_starts_with_the_weights_of_its_control()
    {
        HookedTransformer control = SmallModels.Random();
        HookedTransformer smeared = new(control.Config with { SmearedKeys = true }, 1);
        foreach (string name in control.Parameters.Keys) Agreement.AssertSameBits(name, control.Parameters[name], smeared.Parameters[name]);
        Assert.Equal(["blocks.0.attn.smear", "blocks.1.attn.smear"], smeared.Parameters.Keys.Except(control.Parameters.Keys));
    }
}
