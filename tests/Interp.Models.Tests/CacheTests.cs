using Interp.Files;

namespace Interp.Models.Tests;

public class CacheTests
{
    [Fact]
    public void Only_what_was_selected_is_kept_in_forward_order()
    {
        (Tensor logits, ActivationCache cache) = SmallModels.Random().RunWithCache(SmallModels.Tokens(2, 6), ["*.hook_z", "blocks.0.attn.hook_pattern", "blocks.0.*_z"]);
        Assert.Equal(["blocks.0.attn.hook_pattern", "blocks.0.attn.hook_z", "blocks.1.attn.hook_z"], cache.Names);
        Assert.Equal([2, 6, 11], logits.Shape.ToArray());
        Assert.Equal([2, 2, 6, 6], cache.Pattern(0).Shape.ToArray());
        Exception e = Assert.Throws<KeyNotFoundException>(() => cache.Pattern(1));
        Assert.Contains("blocks.1.attn.hook_pattern", e.Message, StringComparison.Ordinal);
        Assert.Contains("blocks.0.attn.hook_z", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_text_a_cache_names_what_it_holds()
    {
        HookedTransformer model = SmallModels.Random();
        Assert.Equal("ActivationCache: blocks.0.hook_mlp_out", $"{new ActivationCache([KeyValuePair.Create("blocks.0.hook_mlp_out", Tensor.Zeros(1))])}");
        Assert.EndsWith(" more", $"{model.RunWithCache(SmallModels.Tokens(1, 4), ["*"]).Cache}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_predicate_selects_points()
    {
        ActivationCache cache = SmallModels.Random().RunWithCache(SmallModels.Tokens(1, 4), point => point.Axes.Contains("query", StringComparison.Ordinal)).Cache;
        Assert.Equal(["blocks.0.attn.hook_attn_scores", "blocks.0.attn.hook_pattern", "blocks.1.attn.hook_attn_scores", "blocks.1.attn.hook_pattern"], cache.Names);
    }

    [Fact]
    public void The_estimate_is_what_the_cache_takes()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = SmallModels.Tokens(3, 7);
        ActivationCache cache = model.RunWithCache(tokens, ["*"]).Cache;
        Assert.Equal(cache.Names.Sum(name => (long)cache[name].Length * sizeof(float)), model.EstimateCacheBytes(tokens, ["*"]));
    }

    [Fact]
    public void More_than_the_budget_is_refused_before_anything_runs()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = SmallModels.Tokens(3, 7);
        long needed = model.EstimateCacheBytes(tokens, ["*"]);
        bool ran = false;
        Hooks hooks = new Hooks().Observe("hook_embed", (_, _) => ran = true);
        Exception e = Assert.Throws<InsufficientMemoryException>(() => model.RunWithCache(tokens, ["*"], hooks, memoryBudget: needed - 1));
        Assert.Contains("[3, 7]", e.Message, StringComparison.Ordinal);
        Assert.False(ran);
        Assert.Throws<InsufficientMemoryException>(() => model.RunWithGradients(tokens, ["*"], hooks: hooks, memoryBudget: (2 * needed) - 1));
        Assert.False(ran);
        model.RunWithCache(tokens, ["*"], memoryBudget: needed);
    }

    [Fact]
    public void Logits_and_cache_belong_to_the_callers_scope_and_the_rest_to_nobody()
    {
        HookedTransformer model = SmallModels.Random();
        Tensor? unselected = null;
        CachedRun kept = model.RunWithCache(SmallModels.Tokens(1, 4), ["*.hook_z"], new Hooks().Observe("*.hook_q", (q, _) => unselected = q));
        Assert.Equal(4 * 16, kept.Cache["blocks.1.attn.hook_z"].Span.Length);
        Assert.Throws<ObjectDisposedException>(() => unselected!.Span[0]);

        CachedRun scoped;
        using (TensorScope.Begin()) scoped = model.RunWithCache(SmallModels.Tokens(1, 4), ["*.hook_z"]);
        Assert.Throws<ObjectDisposedException>(() => scoped.Logits.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => scoped.Cache["blocks.0.attn.hook_z"].Span[0]);
    }

    [Fact]
    public void Gradients_and_activations_outlive_the_run()
    {
        Fixture f = new("gpt2-tied");
        GradientRun run = f.Model.RunWithGradients(f.Tokens, ["*"]);
        ActivationCache plain = f.Model.RunWithCache(f.Tokens, ["*"]).Cache;
        Assert.Equal(plain.Names, run.Activations.Names);
        Assert.Equal(plain.Names, run.Gradients.Names);
        foreach (string name in plain.Names)
        {
            Agreement.Assert(name, plain[name], run.Activations[name], 5e-6);
            Assert.Equal(plain[name].Shape.ToArray(), run.Gradients[name].Shape.ToArray());
            Assert.False(run.Activations[name].RequiresGrad);
        }
    }

    [Fact]
    public void An_activation_that_the_metric_does_not_read_has_no_gradient()
    {
        HookedTransformer model = SmallModels.Random();
        Tensor constant = Tensor.Zeros(1, 4, 16);
        GradientRun run = model.RunWithGradients(SmallModels.Tokens(1, 4), ["*.hook_resid_post"], hooks: new Hooks().Replace("blocks.1.hook_resid_pre", constant));
        Assert.Equal(["blocks.1.hook_resid_post"], run.Gradients.Names);
        Assert.Equal(2, run.Activations.Names.Count);
    }

    [Fact]
    public void A_saved_cache_reads_back()
    {
        ActivationCache cache = SmallModels.Random().RunWithCache(SmallModels.Tokens(2, 5), ["blocks.1.*"]).Cache;
        string path = Path.Combine(Path.GetTempPath(), $"interp-{Guid.NewGuid():N}.safetensors");
        try
        {
            cache.ToSafetensors(path);
            SafetensorsFile file = SafetensorsFile.Open(path);
            Assert.Equal(cache.Names, file.Tensors.Keys);
            foreach (string name in cache.Names) Agreement.AssertSameBits(name, cache[name], file.Read(name));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
