namespace Interp.Models.Tests;

public class WeightProcessingTests
{
    public static TheoryData<string> Models => ["gpt2-tied", "neox", "no-norm", "qwen", "smeared"];

    [Theory, MemberData(nameof(Models))]
    public void Log_probabilities_stay(string name)
    {
        Fixture f = new(name);
        HookedTransformer processed = new WeightProcessing().Apply(f.Model);
        Agreement.Assert("log-probabilities", Ops.LogSoftmax(f.Model.Run(f.Tokens)), Ops.LogSoftmax(processed.Run(f.Tokens)), 1e-5);
    }

    [Theory, MemberData(nameof(Models))]
    public void Without_centring_the_unembedding_logits_stay(string name)
    {
        Fixture f = new(name);
        HookedTransformer processed = new WeightProcessing { CentreUnembedding = false }.Apply(f.Model);
        Agreement.Assert("logits", f.Model.Run(f.Tokens), processed.Run(f.Tokens), 1e-5);
    }

    [Fact]
    public void The_original_is_left_alone()
    {
        Fixture f = new("neox");
        Tensor before = f.Model.Run(f.Tokens);
        new WeightProcessing().Apply(f.Model);
        Agreement.AssertSameBits("logits", before, f.Model.Run(f.Tokens));
    }

    [Fact]
    public void Every_step_does_what_it_says()
    {
        Fixture f = new("neox");
        HookedTransformer processed = new WeightProcessing().Apply(f.Model);
        Assert.Equal(NormKind.LayerNormPre, processed.Config.Norm);
        Assert.False(processed.Parameters.ContainsKey("blocks.0.ln1.w"));
        Assert.All(processed.Parameters["blocks.1.attn.b_V"].Span.ToArray(), b => Assert.Equal(0, b));
        foreach (string written in (string[])["embed.W_E", "blocks.0.attn.W_O", "blocks.1.mlp.W_out", "unembed.W_U"])
            Assert.All(Ops.Mean(processed.Parameters[written], axis: -1).Span.ToArray(), mean => Assert.Equal(0, mean, 1e-6));
        Assert.All(Ops.Mean(processed.Parameters["blocks.0.mlp.W_in"], axis: 0).Span.ToArray(), mean => Assert.Equal(0, mean, 1e-6));
    }

    [Fact]
    public void Norms_before_shortformer_positions_are_not_folded_but_the_rest_is()
    {
        Fixture f = new("shortformer");
        Assert.Throws<NotSupportedException>(() => new WeightProcessing().Apply(f.Model));
        HookedTransformer processed = new WeightProcessing { FoldNorms = false }.Apply(f.Model);
        Agreement.Assert("log-probabilities", Ops.LogSoftmax(f.Model.Run(f.Tokens)), Ops.LogSoftmax(processed.Run(f.Tokens)), 1e-5);
    }

    [Fact]
    public void A_gated_mlp_behind_a_layer_norm_with_a_bias_is_refused_by_name()
    {
        TransformerConfig config = new()
        {
            Layers = 1,
            DModel = 8,
            Heads = 2,
            DHead = 4,
            DMlp = 6,
            GatedMlp = true,
            Activation = Activation.Silu,
            Vocabulary = 7,
            Context = 9,
        };
        HookedTransformer model = new(config, 1);
        new WeightProcessing().Apply(model);
        model.Parameters["blocks.0.ln2.b"].Span[3] = 1;
        Assert.Contains("blocks.0.ln2.b", Assert.Throws<NotSupportedException>(() => new WeightProcessing().Apply(model)).Message, StringComparison.Ordinal);
    }
}
