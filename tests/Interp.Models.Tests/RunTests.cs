namespace Interp.Models.Tests;

public class RunTests
{
    public static TheoryData<string> Models => SmallModels.Names;

    [Theory, MemberData(nameof(Models))]
    public void The_parts_of_a_run_give_the_bits_of_the_whole(string name)
    {
        Fixture f = new(name);
        Tensor whole = f.Model.Run(f.Tokens);
        ActivationCache cache = f.Model.RunWithCache(f.Tokens, ["*.hook_resid_pre", "*.hook_resid_post"]).Cache;
        for (int split = 0; split <= f.Config.Layers; split++)
        {
            Tensor residual = f.Model.RunBlocks(f.Model.Embed(f.Tokens), 0, split);
            if (split < f.Config.Layers) Agreement.AssertSameBits($"the stream before block {split}", cache[$"blocks.{split}.hook_resid_pre"], residual);
            Agreement.AssertSameBits("logits", whole, f.Model.Unembed(f.Model.RunBlocks(residual, split, f.Config.Layers)));
        }
    }

    [Theory]
    [InlineData("gpt2-tied", "hook_resid_mid")]
    [InlineData("qwen", "hook_resid_mid")]
    [InlineData("smeared", "hook_resid_post")]
    public void A_run_from_the_middle_of_a_block_gives_the_bits_of_the_whole(string name, string middle)
    {
        Fixture f = new(name);
        ActivationCache cache = f.Model.RunWithCache(f.Tokens, [$"blocks.0.{middle}"]).Cache;
        Tensor end = f.Model.RunBlocks(cache[$"blocks.0.{middle}"], 0, f.Config.Layers, fromMid: true);
        Agreement.AssertSameBits("logits", f.Model.Run(f.Tokens), f.Model.Unembed(end));
    }

    [Fact]
    public void An_ambient_cancellation_stops_a_run_between_blocks()
    {
        Fixture f = new("neox");
        using CancellationTokenSource source = new();
        using AmbientCancellation.Scope scope = AmbientCancellation.Use(source.Token);
        List<string> seen = [];
        Hooks hooks = new Hooks().Observe("*.hook_resid_post", (_, name) => { seen.Add(name); source.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => f.Model.Run(f.Tokens, hooks));
        Assert.Equal(["blocks.0.hook_resid_post"], seen);
    }

    [Fact]
    public void Logits_of_chosen_positions_only_are_those_of_the_whole()
    {
        Fixture f = new("neox");
        Tensor end = f.Model.RunBlocks(f.Model.Embed(f.Tokens), 0, f.Config.Layers);
        Tensor last = f.Model.Unembed(Ops.Slice(end, axis: 1, start: -2, length: 2));
        Agreement.Assert("logits", Ops.Slice(f.Model.Run(f.Tokens), axis: 1, start: -2, length: 2), last, 1e-6);
    }

    [Fact]
    public void Parallel_blocks_have_no_middle_and_blocks_outside_the_model_are_refused()
    {
        Fixture f = new("neox");
        Tensor residual = f.Model.Embed(f.Tokens);
        Assert.Throws<ArgumentException>(() => f.Model.RunBlocks(residual, 0, 1, fromMid: true));
        Assert.Contains("2 of this model", Assert.Throws<ArgumentOutOfRangeException>(() => f.Model.RunBlocks(residual, 0, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("[batch, position, 8]", Assert.Throws<ArgumentException>(() => f.Model.Unembed(Tensor.Zeros(1, 2, 9))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_outside_the_vocabulary_and_too_many_positions_are_refused_with_numbers()
    {
        HookedTransformer model = SmallModels.Random();
        Assert.Contains("Token 11 at [0, 2]", Assert.Throws<ArgumentException>(() => model.Run(new[] { 1, 2, 11 })).Message, StringComparison.Ordinal);
        Assert.Contains("21 positions", Assert.Throws<ArgumentException>(() => model.Run(SmallModels.Tokens(1, 21))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Losses(new[] { 1 }));
    }

    [Fact]
    public void Right_padding_changes_nothing_before_it()
    {
        Fixture f = new("qwen");
        int[][] rows = [[1, 5, 2], [7, 3, 3, 9, 4, 0], [2, 2]];
        PaddedTokens padded = PaddedTokens.FromRows(rows, padToken: 6);
        Tensor logits = f.Model.Run(padded.Tokens), losses = f.Model.Losses(padded.Tokens) * padded.LossMask();
        for (int b = 0; b < rows.Length; b++)
        {
            Tensor alone = f.Model.Run(rows[b]), aloneLosses = f.Model.Losses(rows[b]);
            Agreement.Assert("logits", alone, Ops.Slice(logits.Select(b).Reshape(1, 6, -1), 1, 0, rows[b].Length), 1e-6);
            Agreement.Assert("losses", aloneLosses, Ops.Slice(losses.Select(b).Reshape(1, 5), 1, 0, rows[b].Length - 1), 1e-6);
            Assert.All(losses.Select(b).Span[(rows[b].Length - 1)..].ToArray(), loss => Assert.Equal(0, loss));
        }
    }

    [Fact]
    public void Losses_are_the_cross_entropies_of_the_logits()
    {
        Fixture f = new("gpt2-tied");
        int n = f.Tokens.Positions - 1;
        Tensor logits = Ops.Slice(f.Model.Run(f.Tokens), axis: 1, start: 0, length: n);
        int[] next = [.. Enumerable.Range(0, f.Tokens.Batch).SelectMany(b => f.Tokens.Row(b)[1..].ToArray())];
        Agreement.Assert("losses", Ops.CrossEntropy(logits, next), f.Model.Losses(f.Tokens), 1e-6);
    }

    [Fact]
    public void Threads_that_run_one_model_at_a_time_get_the_bits_of_one_thread()
    {
        Fixture f = new("gpt2-tied");
        Tensor alone = f.Model.Run(f.Tokens);
        Tensor[] results = new Tensor[24];
        Parallel.For(0, results.Length, i =>
            results[i] = i % 2 == 0 ? f.Model.Run(f.Tokens) : f.Model.RunWithCache(f.Tokens, ["*.hook_pattern"], new Hooks().Observe("*.hook_z", (_, _) => { })).Logits);
        Assert.All(results, r => Agreement.AssertSameBits("logits", alone, r));
    }

    [Fact]
    public void A_frozen_model_shares_its_weights_and_records_nothing()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = SmallModels.Tokens(1, 4);
        foreach (Tensor p in model.Parameters.Values) p.RequiresGrad = true;
        HookedTransformer frozen = model.Frozen();
        Assert.True(model.Run(tokens).RequiresGrad);
        Assert.False(frozen.Run(tokens).RequiresGrad);
        model.Parameters["unembed.b_U"].Span[3] = 100;
        Agreement.AssertSameBits("logits", model.Run(tokens), frozen.Run(tokens));
    }

    [Fact]
    public void Plain_gradient_descent_learns_a_repeated_sequence()
    {
        HookedTransformer model = SmallModels.Random();
        Tokens tokens = new[] { 1, 4, 2, 9, 1, 4, 2, 9, 1, 4, 2, 9 };
        foreach (Tensor p in model.Parameters.Values) p.RequiresGrad = true;
        List<float> losses = [];
        for (int step = 0; step < 30; step++)
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor loss = model.MeanLoss(tokens);
            loss.Backward();
            losses.Add(loss.Item());
            foreach (Tensor p in model.Parameters.Values)
            {
                for (int i = 0; i < p.Length; i++) p.Span[i] -= 0.1f * p.Grad!.Span[i];
                p.ZeroGrad();
            }
        }
        Assert.True(losses[^1] < 0.2 * losses[0], $"from {losses[0]} to {losses[^1]}");
    }
}
