namespace Interp.Models.Tests;

public class HookTests
{
    // Two orders of float32 summation at these depths.
    private const double Rounding = 5e-6;

    public static TheoryData<string> Models => SmallModels.Names;

    /// <summary>Reading these takes another path (scores are never formed by the fused one; an RMS norm applies its gain apart), equal to rounding only.</summary>
    private static bool HasAnotherPath(HookPoint point, TransformerConfig config) =>
        point.OnDemand || point.Name.EndsWith("hook_attn_scores", StringComparison.Ordinal)
        || (config.Norm == NormKind.Rms && point.Name.EndsWith("hook_normalized", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Models))]
    public void Observing_any_point_changes_no_bit_of_the_logits(string name)
    {
        Fixture f = new(name);
        Tensor plain = f.Model.Run(f.Tokens);
        foreach (HookPoint point in HookPoint.Of(f.Config))
        {
            int seen = 0;
            Tensor observed = f.Model.Run(f.Tokens, new Hooks().Observe(point.Name, (_, at) => seen += at == point.Name ? 1 : 0));
            Assert.Equal(1, seen);
            if (HasAnotherPath(point, f.Config)) Agreement.Assert(point.Name, plain, observed, Rounding);
            else Agreement.AssertSameBits(point.Name, plain, observed);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Replacing_any_activation_by_a_copy_of_itself_changes_nothing_but_rounding(string name)
    {
        Fixture f = new(name);
        Tensor plain = f.Model.Run(f.Tokens);
        foreach (HookPoint point in HookPoint.Of(f.Config))
            Agreement.Assert(point.Name, plain, f.Model.Run(f.Tokens, new Hooks().Add(point.Name, (x, _) => x.Clone())), Rounding);
        Agreement.Assert("all at once", plain, f.Model.Run(f.Tokens, new Hooks().Add("*", (x, _) => x.Clone()).Add("*.hook_result", (x, _) => x.Clone())), Rounding);
    }

    [Fact]
    public void A_replaced_MLP_is_not_computed_unless_it_is_hooked()
    {
        TransformerConfig config = SmallModels.Random().Config with { DMlp = 12 };
        HookedTransformer model = new(config, seed: 1);
        Tokens tokens = SmallModels.Tokens(2, 6);
        Tensor given = model.RunWithCache(tokens, ["blocks.0.hook_mlp_out"]).Cache["blocks.0.hook_mlp_out"], plain = model.Run(tokens);
        Hooks hooks = new Hooks().Replace("blocks.0.hook_mlp_out", given);
        // Weights that would spoil everything if they were used.
        model.Parameters["blocks.0.mlp.W_in"].Span.Fill(float.NaN);
        Agreement.Assert("logits", plain, model.Run(tokens, hooks), Rounding);
        bool spoiled = false;
        model.Run(tokens, new Hooks().AddAll(hooks).Observe("blocks.0.mlp.hook_post", (post, _) => spoiled = float.IsNaN(post.Span[0])));
        Assert.True(spoiled);
    }

    [Fact]
    public void With_its_pattern_replaced_a_layer_computes_no_queries_and_keys_unless_they_are_hooked()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = SmallModels.Tokens(2, 6);
        Tensor uniform = Ops.Softmax(Ops.AttentionScores(Tensor.Zeros(2, 6, 2, 8), Tensor.Zeros(2, 6, 2, 8), 1));
        Hooks hooks = new Hooks().Replace("blocks.0.attn.hook_pattern", uniform);
        Tensor forced = model.Run(tokens, hooks);
        Tensor seen = model.RunWithCache(tokens, ["blocks.0.attn.hook_pattern"], hooks).Cache.Pattern(0);
        Agreement.AssertSameBits("the pattern", uniform, seen);
        Agreement.AssertSameBits("logits with observed scores", forced, model.Run(tokens, new Hooks().AddAll(hooks).Observe("blocks.0.attn.*", (_, _) => { })));

        // Weights that only queries and keys read may be anything.
        Dictionary<string, Tensor> broken = model.Parameters.ToDictionary(p => p.Key, p => p.Value);
        broken["blocks.0.attn.W_Q"] = Tensor.Full(float.NaN, 2, 16, 8);
        Agreement.AssertSameBits("logits", forced, new HookedTransformer(model.Config, broken).Run(tokens, hooks));
    }

    [Fact]
    public void Zeroing_the_only_head_leaves_the_residual_stream_and_the_output_bias()
    {
        HookedTransformer model = SmallModels.Random(layers: 1);
        Tokens tokens = SmallModels.Tokens(1, 5);
        Tensor residual = model.RunBlocks(model.Embed(tokens), 0, 1, new Hooks().Add("blocks.0.attn.hook_z", (z, _) => z * 0));
        Agreement.AssertSameBits("the stream", model.Embed(tokens) + model.Parameters["blocks.0.attn.b_O"], residual);
    }

    [Theory, MemberData(nameof(Models))]
    public void Head_results_add_up_to_the_attention_output(string name)
    {
        Fixture f = new(name);
        ActivationCache cache = f.Model.RunWithCache(f.Tokens, ["*.hook_result", "*.hook_attn_out"]).Cache;
        for (int l = 0; l < f.Config.Layers; l++)
        {
            Tensor sum = Ops.Sum(cache[$"blocks.{l}.attn.hook_result"], axis: 2) + f.Model.Parameters[$"blocks.{l}.attn.b_O"];
            Agreement.Assert($"layer {l}", cache[$"blocks.{l}.hook_attn_out"], sum, Rounding);
        }
    }

    [Fact]
    public void Head_results_are_met_only_by_patterns_that_name_them()
    {
        IReadOnlyList<HookPoint> points = HookPoint.Of(SmallModels.Random().Config);
        Assert.DoesNotContain(HookPoint.Select(points, "*"), p => p.OnDemand);
        Assert.DoesNotContain(HookPoint.Select(points, "blocks.0.*"), p => p.OnDemand);
        Assert.Equal(["blocks.0.attn.hook_result", "blocks.1.attn.hook_result"], HookPoint.Select(points, "*hook_result").Select(p => p.Name));
    }

    [Fact]
    public void A_replacement_of_another_shape_is_an_error_that_names_the_point_and_both_shapes()
    {
        Exception e = Assert.Throws<InvalidOperationException>(() =>
            SmallModels.Random().Run(SmallModels.Tokens(1, 4), new Hooks().Add("blocks.1.attn.hook_z", (_, _) => Tensor.Zeros(1, 4, 16))));
        Assert.Contains("'blocks.1.attn.hook_z'", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4, 16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4, 2, 8]", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() =>
            SmallModels.Random().Run(SmallModels.Tokens(1, 4), new Hooks().Replace("blocks.1.attn.hook_pattern", Tensor.Zeros(1, 2, 3, 3))));
    }

    [Theory]
    [InlineData("blocks.0.attn.hook_patern", "blocks.0.attn.hook_pattern")]
    [InlineData("blocks.9.attn.hook_z", "blocks.0.attn.hook_z")]
    [InlineData("blocks.*.hook_resid_mid", "blocks.0.hook_resid_pre")]
    public void A_pattern_that_meets_no_point_is_an_error_that_names_close_ones(string pattern, string close)
    {
        Exception e = Assert.Throws<ArgumentException>(() => SmallModels.Random().Run(SmallModels.Tokens(1, 4), new Hooks().Observe(pattern, (_, _) => { })));
        Assert.Contains($"'{pattern}'", e.Message, StringComparison.Ordinal);
        Assert.Contains(close, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backward_hook_sees_the_gradient_and_its_replacement_flows_on()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = SmallModels.Tokens(2, 6);
        string[] both = ["hook_embed", "blocks.1.hook_resid_pre"];
        GradientRun plain = model.RunWithGradients(tokens, both);
        GradientRun doubled = model.RunWithGradients(tokens, both, hooks: new Hooks().AddBackward("blocks.1.hook_resid_pre", (g, _) => g * 2));
        Agreement.AssertSameBits("the gradient before", plain.Gradients["hook_embed"] * 2, doubled.Gradients["hook_embed"]);
        Agreement.AssertSameBits("the gradient there", plain.Gradients["blocks.1.hook_resid_pre"] * 2, doubled.Gradients["blocks.1.hook_resid_pre"]);
        Assert.Equal(plain.Value, doubled.Value);
    }

    [Fact]
    public void A_backward_hook_needs_no_parameter_that_requires_gradients()
    {
        HookedTransformer model = SmallModels.Random();
        Tensor? seen = null;
        Tensor logits = model.Run(SmallModels.Tokens(1, 5), new Hooks().AddBackward("blocks.1.attn.hook_z", (g, _) => { seen = g; return null; }));
        Ops.Sum(logits * logits).Backward();
        Assert.Contains(seen!.Span.ToArray(), g => g != 0);
        Assert.All(model.Parameters.Values, p => Assert.Null(p.Grad));
    }

    [Fact]
    public void A_backward_hook_under_no_grad_is_an_error()
    {
        using Autograd.NoGradScope noGrad = Autograd.NoGrad();
        Exception e = Assert.Throws<InvalidOperationException>(() =>
            SmallModels.Random().Run(SmallModels.Tokens(1, 5), new Hooks().AddBackward("hook_embed", (_, _) => null)));
        Assert.Contains("hook_embed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_at_hooks_leave_the_gradients_of_a_model_in_training_alone()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = SmallModels.Tokens(2, 6);
        foreach (Tensor p in model.Parameters.Values) p.RequiresGrad = true;
        model.MeanLoss(tokens).Backward();
        float[] before = model.Parameters["embed.W_E"].Grad!.Span.ToArray();
        GradientRun run = model.RunWithGradients(tokens, ["*.hook_z"], logits => Ops.Sum(logits));
        Assert.Equal(2, run.Gradients.Names.Count);
        Assert.Equal(before, model.Parameters["embed.W_E"].Grad!.Span.ToArray());
    }

    [Fact]
    public void A_learned_replacement_receives_its_gradient_though_the_weights_are_frozen()
    {
        HookedTransformer model = SmallModels.Random();
        using TensorScope scope = TensorScope.Begin();
        Tensor learned = Tensor.Zeros(1, 5, 16);
        learned.RequiresGrad = true;
        model.MeanLoss(SmallModels.Tokens(1, 5), new Hooks().Add("blocks.0.hook_resid_post", (x, _) => x + learned)).Backward();
        Assert.Contains(learned.Grad!.Span.ToArray(), g => g != 0);
    }

    [Fact]
    public void A_kept_activation_lives_on_and_another_says_that_it_was_not_kept()
    {
        Tensor? kept = null, lost = null;
        Hooks hooks = new Hooks().Observe("blocks.0.attn.hook_z", (z, _) => kept = z.Keep()).Observe("blocks.1.attn.hook_z", (z, _) => lost = z);
        SmallModels.Random().Run(SmallModels.Tokens(1, 4), hooks);
        Assert.Equal(64, kept!.Span.Length);
        Assert.Contains("Keep()", Assert.Throws<ObjectDisposedException>(() => lost!.Span[0]).Message, StringComparison.Ordinal);
    }
}
