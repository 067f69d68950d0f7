namespace Interp.Models.Tests;

public class GenerationTests
{
    public static TheoryData<string> Models => SmallModels.Names;

    /// <summary>Greedy continuation by running everything again for every token.</summary>
    private static Tokens Recomputed(HookedTransformer model, Tokens tokens, int count, Hooks? hooks = null)
    {
        for (int n = 0; n < count; n++)
        {
            Tensor logits = model.Run(tokens, hooks);
            int vocabulary = model.Config.Vocabulary, last = tokens.Positions - 1;
            Tokens before = tokens;
            tokens = Tokens.FromRows([.. Enumerable.Range(0, before.Batch).Select(b =>
            {
                ReadOnlySpan<float> row = logits.Span.Slice(((b * before.Positions) + last) * vocabulary, vocabulary);
                return (int[])[.. before.Row(b), System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row)];
            })]);
        }
        return tokens;
    }

    [Theory, MemberData(nameof(Models))]
    public void The_key_value_cache_gives_the_tokens_of_recomputation(string name)
    {
        Fixture f = new(name);
        Tokens prompt = Tokens.FromRows([1, 5, 2], [7, 3, 3]);
        Assert.Equal(Recomputed(f.Model, prompt, 9).Ids.ToArray(), f.Model.Generate(prompt, 9).Ids.ToArray());
    }

    [Theory, MemberData(nameof(Models))]
    public void Steps_with_the_cache_have_the_activations_of_the_whole_sequence(string name)
    {
        Fixture f = new(name);
        Tokens prompt = new[] { 1, 5, 2, 7 };
        List<Tensor> steps = [];
        Tokens all = f.Model.Generate(prompt, 5, hooks: new Hooks().Observe("blocks.1.hook_resid_post", (x, _) => steps.Add(x.Clone().Keep())));
        Assert.Equal([4, 1, 1, 1, 1], steps.Select(x => x.Shape[1]));
        Tokens run = all.Row(0)[..8].ToArray();
        Tensor whole = f.Model.RunWithCache(run, ["blocks.1.hook_resid_post"]).Cache["blocks.1.hook_resid_post"];
        Agreement.Assert("the stream", whole, Ops.Concat(1, [.. steps]), 5e-6);
    }

    [Fact]
    public void Hooks_act_in_every_step()
    {
        HookedTransformer model = SmallModels.Random();
        Hooks reversed = new Hooks().Add("hook_embed", (x, _) => x * -1);
        Tokens prompt = new[] { 1, 5, 2 };
        Assert.Equal(Recomputed(model, prompt, 10, reversed).Ids.ToArray(), model.Generate(prompt, 10, hooks: reversed).Ids.ToArray());
        Assert.NotEqual(model.Generate(prompt, 10).Ids.ToArray(), model.Generate(prompt, 10, hooks: reversed).Ids.ToArray());
    }

    [Fact]
    public void Rows_of_a_batch_are_generated_as_if_alone()
    {
        HookedTransformer model = SmallModels.Random();
        Sampler sampler = new() { Seed = 5 };
        Tokens both = model.Generate(Tokens.FromRows([1, 2], [3, 4]), 8, sampler);
        Assert.Equal(both.Row(0).ToArray(), model.Generate(new[] { 1, 2 }, 8, sampler).Row(0).ToArray());
    }

    [Fact]
    public void A_seed_gives_the_same_tokens_again_and_another_seed_others()
    {
        HookedTransformer model = SmallModels.Random();
        int[] Draw(ulong seed) => model.Generate(new[] { 1 }, 15, new Sampler { Seed = seed }).Ids.ToArray();
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }

    [Fact]
    public void A_row_ends_with_the_stop_token()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens free = model.Generate(Tokens.FromRows([1, 2], [3, 4]), 12);
        int stop = free[0, 4];
        Tokens stopped = model.Generate(Tokens.FromRows([1, 2], [3, 4]), 12, stopToken: stop);
        for (int b = 0; b < 2; b++)
        {
            int end = free.Row(b)[2..].IndexOf(stop);
            int length = end < 0 ? stopped.Positions : end + 3;
            Assert.Equal(free.Row(b)[..length].ToArray(), stopped.Row(b)[..length].ToArray());
            Assert.All(stopped.Row(b)[length..].ToArray(), token => Assert.Equal(stop, token));
        }
    }

    [Fact]
    public void The_context_bounds_a_continuation()
    {
        HookedTransformer model = SmallModels.Random();
        Assert.Equal(20, model.Generate(new[] { 1, 2 }, 18).Positions);
        Assert.Contains("21 positions", Assert.Throws<ArgumentException>(() => model.Generate(new[] { 1, 2 }, 19)).Message, StringComparison.Ordinal);
        Assert.Equal(19, model.Stream(new[] { 1, 2 }).Count());
    }

    [Fact]
    public void A_cancelled_generation_ends()
    {
        using CancellationTokenSource source = new();
        Hooks cancelling = new Hooks().Observe("hook_embed", (_, _) => source.Cancel());
        Assert.Throws<OperationCanceledException>(() => SmallModels.Random().Generate(new[] { 1 }, 5, hooks: cancelling, cancel: source.Token));
    }
}
