namespace Interp.Models.Tests;

/// <summary>What every <see cref="IHookedModel"/> must do: a subclass a kind of model runs it all, on every folder of references.</summary>
public abstract class HookedModelConformance
{
    // Two float32 computations of these depths, relative to a tensor's scale.
    private const double Tolerance = 1e-5;

    // Gradients of one computation are compared with those of another, each up to 6e-6 off float64 where both are well conditioned.
    private const double GradientTolerance = 2e-5;

    /// <summary>Every folder of references.</summary>
    public static TheoryData<string> Folders() => Fixture.AllNames();

    /// <summary>The reference models beside the tests of Interp.Models: one for every kind of architecture.</summary>
    public static TheoryData<string> Small => SmallModels.Names;

    /// <summary>The kind of model that is tested, of the given configuration and weights.</summary>
    protected abstract IHookedModel Create(HookedTransformer model);

    private (Fixture Fixture, IHookedModel Model) Open(string folder)
    {
        Fixture f = new(folder);
        return (f, Create(f.Model));
    }

    [Theory, MemberData(nameof(Folders))]
    public void Logits_and_every_activation_agree_with_the_reference(string folder)
    {
        (Fixture f, IHookedModel model) = Open(folder);
        Assert.Equal(f.After("act."), HookPoint.Of(model.Config).Where(p => !p.OnDemand).Select(p => p.Name));
        (Tensor logits, ActivationCache cache) = model.RunWithCache(f.Tokens, ["*"]);
        foreach (string name in f.After("act.")) Agreement.Assert(name, f.Best("act." + name), cache[name], Tolerance);
        Agreement.Assert("logits", f.Best("logits"), logits, Tolerance);
        Agreement.Assert("logits", f.Best("logits"), model.Run(f.Tokens), Tolerance);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Losses_agree_with_the_reference(string folder)
    {
        (Fixture f, IHookedModel model) = Open(folder);
        Agreement.Assert("loss_per_token", f.Best("loss_per_token"), model.Losses(f.Tokens), Tolerance);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Gradients_at_hooks_agree_with_the_reference(string folder)
    {
        (Fixture f, IHookedModel model) = Open(folder);
        string[] names = f.After("grad.");
        GradientRun run = model.RunWithGradients(f.Tokens, names);
        foreach (string name in names) Agreement.Assert(name, f.Best("grad." + name), run.Gradients[name], Tolerance);
        Assert.Equal(f.Best("loss_mean").Item(), run.Value, Tolerance);
        foreach (string name in names) Agreement.Assert(name, f.Best("act." + name), run.Activations[name], Tolerance);
    }

    [Theory, MemberData(nameof(Small))]
    public void Gradients_of_a_metric_are_those_of_the_built_in_model(string name)
    {
        (Fixture f, IHookedModel model) = Open(name);
        static Tensor Metric(Tensor logits) => Ops.Sum(Ops.Slice(Ops.LogSoftmax(logits), axis: 1, start: -1, length: 1) * Ops.Slice(logits, axis: 1, start: 0, length: 1));
        Hooks Scaled() => new Hooks().Add("blocks.0.attn.hook_z", (z, _) => z * z).AddBackward("blocks.1.hook_resid_pre", (g, _) => g * 3);
        GradientRun expected = f.Model.RunWithGradients(f.Tokens, ["*"], Metric, Scaled()), actual = model.RunWithGradients(f.Tokens, ["*"], Metric, Scaled());
        Assert.Equal(expected.Gradients.Names, actual.Gradients.Names);
        Assert.Equal(expected.Value, actual.Value, Tolerance * Math.Abs(expected.Value));
        foreach (string point in expected.Gradients.Names) Agreement.Assert(point, expected.Gradients[point], actual.Gradients[point], GradientTolerance);
    }

    [Theory, MemberData(nameof(Small))]
    public void Observing_any_point_happens_once_and_changes_nothing(string name)
    {
        (Fixture f, IHookedModel model) = Open(name);
        Tensor plain = model.Run(f.Tokens);
        foreach (HookPoint point in HookPoint.Of(model.Config))
        {
            List<int[]> seen = [];
            Tensor observed = model.Run(f.Tokens, new Hooks().Observe(point.Name, (x, at) => seen.Add(at == point.Name ? x.Shape.ToArray() : [])));
            Assert.Equal(point.Shape(model.Config, f.Tokens.Batch, f.Tokens.Positions), Assert.Single(seen));
            Agreement.Assert(point.Name, plain, observed, Tolerance);
        }
    }

    [Theory, MemberData(nameof(Small))]
    public void Replacing_any_activation_by_itself_or_by_what_was_cached_changes_nothing(string name)
    {
        (Fixture f, IHookedModel model) = Open(name);
        Tensor plain = model.Run(f.Tokens);
        ActivationCache cache = model.RunWithCache(f.Tokens, ["*", "*.hook_result"]).Cache;
        foreach (string point in cache.Names)
        {
            Agreement.Assert(point, plain, model.Run(f.Tokens, new Hooks().Add(point, (x, _) => x.Clone())), Tolerance);
            Agreement.Assert(point, plain, model.Run(f.Tokens, new Hooks().Replace(point, cache[point])), Tolerance);
        }
    }

    [Theory, MemberData(nameof(Small))]
    public void Zeroing_any_activation_does_what_it_does_to_the_built_in_model(string name)
    {
        (Fixture f, IHookedModel model) = Open(name);
        foreach (HookPoint point in HookPoint.Of(model.Config))
        {
            // Halved scales and scores stay finite.
            Hooks Changed() => new Hooks().Add(point.Name, (x, _) => point.Name.EndsWith("scale", StringComparison.Ordinal) ? x * 0.5f : point.Name.EndsWith("scores", StringComparison.Ordinal) ? x * 2 : x * 0);
            Agreement.Assert(point.Name, f.Model.Run(f.Tokens, Changed()), model.Run(f.Tokens, Changed()), Tolerance);
        }
    }

    [Theory, MemberData(nameof(Small))]
    public void Patching_in_another_runs_activations_gives_its_logits(string name)
    {
        (Fixture f, IHookedModel model) = Open(name);
        Tokens other = new([.. f.Tokens.Ids.ToArray().Select(id => (id + 3) % f.Config.Vocabulary)], f.Tokens.Batch, f.Tokens.Positions);
        // In shortformer models positions enter beside the stream.
        string point = $"blocks.{f.Config.Layers - 1}.hook_resid_post";
        Tensor there = model.RunWithCache(other, [point]).Cache[point];
        Agreement.Assert("logits", model.Run(other), model.Run(f.Tokens, new Hooks().Replace(point, there)), Tolerance);
    }

    [Theory, MemberData(nameof(Small))]
    public void The_parts_of_a_run_make_the_whole(string name)
    {
        (Fixture f, IHookedModel model) = Open(name);
        Tensor whole = model.Run(f.Tokens);
        for (int split = 0; split <= f.Config.Layers; split++)
        {
            Tensor residual = model.RunBlocks(model.Embed(f.Tokens), 0, split);
            Agreement.Assert("logits", whole, model.Unembed(model.RunBlocks(residual, split, f.Config.Layers)), Tolerance);
        }
        if (f.Config.ParallelBlocks)
        {
            Assert.Throws<ArgumentException>(() => model.RunBlocks(model.Embed(f.Tokens), 0, 1, fromMid: true));
            return;
        }
        string middle = f.Config.AttentionOnly ? "blocks.0.hook_resid_post" : "blocks.0.hook_resid_mid";
        Tensor mid = model.RunWithCache(f.Tokens, [middle]).Cache[middle];
        Agreement.Assert("logits", whole, model.Unembed(model.RunBlocks(mid, 0, f.Config.Layers, fromMid: true)), Tolerance);
    }

    [Fact]
    public void A_gradient_flows_through_the_parts_of_a_run_to_the_stream_they_start_from()
    {
        (Fixture f, IHookedModel model) = Open("gpt2-tied");
        Tensor Gradient(IHookedModel of)
        {
            Tensor stream = of.Embed(f.Tokens).Clone();
            stream.RequiresGrad = true;
            // Twice into one sum, through operations of ours before and between.
            Tensor scaled = stream * 2;
            Tensor end = of.Unembed(of.RunBlocks(scaled, 0, 1) + scaled);
            Ops.Sum(end * end).Backward();
            return stream.Grad!;
        }
        Agreement.Assert("the gradient", Gradient(f.Model), Gradient(model), GradientTolerance);
    }

    [Fact]
    public void A_learned_replacement_receives_its_gradient_though_the_weights_are_frozen()
    {
        (Fixture f, IHookedModel model) = Open("qwen");
        Tensor Gradient(IHookedModel of)
        {
            Tensor learned = Tensor.Zeros(1, 1, f.Config.DModel);
            learned.RequiresGrad = true;
            Ops.Mean(of.Losses(f.Tokens, new Hooks().Add("blocks.0.hook_resid_post", (x, _) => x + learned))).Backward();
            return learned.Grad!;
        }
        Agreement.Assert("the gradient", Gradient(f.Model), Gradient(model), GradientTolerance);
    }

    [Fact]
    public void A_backward_hook_sees_the_gradient_and_its_replacement_flows_on()
    {
        (Fixture f, IHookedModel model) = Open("neox");
        string[] both = ["hook_embed", "blocks.1.hook_resid_pre"];
        GradientRun plain = model.RunWithGradients(f.Tokens, both);
        GradientRun doubled = model.RunWithGradients(f.Tokens, both, hooks: new Hooks().AddBackward("blocks.1.hook_resid_pre", (g, _) => g * 2));
        foreach (string name in both) Agreement.Assert(name, plain.Gradients[name] * 2, doubled.Gradients[name], Tolerance);
        using Autograd.NoGradScope noGrad = Autograd.NoGrad();
        Assert.Throws<InvalidOperationException>(() => model.Run(f.Tokens, new Hooks().AddBackward("hook_embed", (_, _) => null)));
    }

    [Fact]
    public void Hooks_on_one_point_run_in_the_order_they_were_added()
    {
        (Fixture f, IHookedModel model) = Open("smeared");
        List<float> seen = [];
        Hooks hooks = new Hooks()
            .Add("blocks.0.hook_resid_pre", (x, _) => Tensor.Full(2, x.Shape))
            .Observe("blocks.0.hook_resid_pre", (x, _) => seen.Add(x.Span[0]))
            .Add("blocks.0.*_pre", (x, _) => x * 3);
        CachedRun run = model.RunWithCache(f.Tokens, ["blocks.0.hook_resid_pre"], hooks);
        Assert.Equal([2f], seen);
        Assert.Equal(6, run.Cache["blocks.0.hook_resid_pre"].Span[0]);
    }

    [Fact]
    public void What_does_not_fit_is_an_error_that_says_what()
    {
        (Fixture f, IHookedModel model) = Open("gpt2-tied");
        void Says(string what, Action action) => Assert.Contains(what, Assert.ThrowsAny<Exception>(action).Message, StringComparison.Ordinal);
        Says("blocks.1.attn.hook_z", () => model.Run(f.Tokens, new Hooks().Add("blocks.1.attn.hook_z", (_, _) => Tensor.Zeros(1, 4, 16))));
        Says("blocks.0.attn.hook_pattern", () => model.Run(f.Tokens, new Hooks().Observe("blocks.0.attn.hook_patern", (_, _) => { })));
        Says("17 at [0, 2]", () => model.Run(new[] { 1, 2, 17 }));
        Says("13 positions", () => model.Run(new int[13]));
        Says("two positions", () => model.Losses(new[] { 1 }));
        Says("2 of this model", () => model.RunBlocks(Tensor.Zeros(1, 2, 8), 0, 3));
        Says("[batch, position, 8]", () => model.Unembed(Tensor.Zeros(1, 2, 9)));
        Says("MiB", () => model.RunWithCache(f.Tokens, ["*"], memoryBudget: 10));
        Says("one number", () => model.RunWithGradients(f.Tokens, ["*"], logits => logits));
    }

    [Fact]
    public void Parameters_are_those_of_the_built_in_model()
    {
        (Fixture f, IHookedModel model) = Open("qwen");
        Assert.Equal(f.Model.Parameters.Keys, model.Parameters.Keys);
        foreach (string name in new[] { "blocks.0.attn.W_K", "blocks.1.mlp.b_out", "embed.W_E" })
            Agreement.AssertSameBits(name, f.Model.Parameters[name], model.Parameters[name]);
    }

    [Fact]
    public void Gradients_are_asked_for_again_and_again_and_by_several_threads()
    {
        (Fixture f, IHookedModel model) = Open("gpt2-tied");
        Tensor expected = model.RunWithGradients(f.Tokens, ["hook_embed"]).Gradients["hook_embed"];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ =>
            Agreement.Assert("hook_embed", expected, model.RunWithGradients(f.Tokens, ["hook_embed"]).Gradients["hook_embed"], Tolerance));
    }

    [Fact]
    public void A_run_stops_where_the_ambient_token_asks()
    {
        (Fixture f, IHookedModel model) = Open("neox");
        using CancellationTokenSource source = new();
        using (AmbientCancellation.Use(source.Token))
            Assert.ThrowsAny<OperationCanceledException>(() => model.Run(f.Tokens, new Hooks().Observe("hook_embed", (_, _) => source.Cancel())));
    }
}
