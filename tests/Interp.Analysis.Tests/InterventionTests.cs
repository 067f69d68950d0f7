using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public class InterventionTests
{
    private static readonly int[] Answers = [3, 7], Wrong = [4, 1];

    private static readonly Metric Difference = Metrics.LogitDifference(Answers, Wrong);

    [Theory]
    [InlineData("attention-only")]
    [InlineData("sequential")]
    [InlineData("parallel")]
    public void A_path_that_carries_what_it_carried_changes_nothing(string style)
    {
        HookedTransformer model = Small.Style(style);
        Tokens clean = Small.Tokens(2, 6);
        double normal = Difference.Of(model, clean);
        foreach (PathReceiver receiver in new[] { new PathReceiver(PathInput.Query, 2, 1), new(PathInput.Key, 2, 0), new(PathInput.Value, 1, 2), PathReceiver.Logits })
            foreach (bool throughMlps in new[] { false, true })
                Assert.Equal(normal, PathPatching.Run(model, clean, clean, Difference, [(0, 1), (0, 2)], receiver, throughMlps), 1e-4);
        if (style != "attention-only") Assert.Equal(normal, PathPatching.Run(model, clean, clean, Difference, [(0, 1)], new(PathInput.Mlp, 1)), 1e-4);
    }

    [Fact]
    public void The_path_of_the_hand_made_circuit_goes_through_the_keys()
    {
        HookedTransformer model = HandMade.Induction();
        // BOS 5 6 7 5: the induction head answers 6. Corrupted, 9 takes the place of the first 5: nothing precedes 6 that matches.
        int[] clean = [0, 5, 6, 7, 5], corrupt = [0, 9, 6, 7, 5];
        Metric metric = Metrics.LogitDifference([6], [7]);
        Assert.Equal(1, metric.Of(model, clean), 1e-4);
        Assert.Equal(0, PathPatching.Run(model, clean, corrupt, metric, [(0, 0)], new(PathInput.Key, 1, 0)), 1e-4);
        Assert.Equal(1, PathPatching.Run(model, clean, corrupt, metric, [(0, 0)], new(PathInput.Query, 1, 0)), 1e-4);
        Assert.Equal(1, PathPatching.Run(model, clean, corrupt, metric, [(0, 0)], new(PathInput.Value, 1, 0)), 1e-4);
        double[,] effects = PathPatching.FromEachHead(model, clean, corrupt, metric, new(PathInput.Key, 1, 0));
        Assert.Equal(0, effects[0, 0], 1e-4);
        Assert.True(double.IsNaN(effects[1, 0]));
    }

    [Theory]
    [InlineData("attention-only")]
    [InlineData("sequential")]
    [InlineData("parallel")]
    [InlineData("rms")]
    [InlineData("none")]
    public void The_edges_of_the_embedding_add_up_to_its_whole_first_order_effect(string style)
    {
        HookedTransformer model = Small.Style(style);
        Tokens clean = Small.Tokens(2, 6), corrupt = Small.Tokens(2, 6, seed: 8);
        double edges = EdgeAttribution.Run(model, clean, corrupt, Difference).Where(edge => edge.Sender == EdgeSender.Embedding).Sum(edge => edge.Score);
        double whole = Enumerable.Range(0, 6).Sum(p => (double)AttributionPatching.Run(model, corrupt, clean, Difference, PatchComponent.ResidPre)[0, p]);
        Assert.Equal(whole, edges, Math.Max(1e-3, 1e-3 * Math.Abs(whole)));
    }

    [Fact]
    public void Direct_edges_to_the_logits_are_exact_without_norms()
    {
        HookedTransformer model = Small.Style("none");
        Tokens clean = Small.Tokens(2, 6), corrupt = Small.Tokens(2, 6, seed: 8);
        double normal = Difference.Of(model, clean);
        foreach (Edge edge in EdgeAttribution.Run(model, clean, corrupt, Difference).Where(edge => edge.Receiver == PathReceiver.Logits && edge.Sender.Head >= 0))
            Assert.Equal(PathPatching.Run(model, clean, corrupt, Difference, [(edge.Sender.Layer, edge.Sender.Head)], PathReceiver.Logits) - normal, edge.Score, 1e-3);
    }

    [Theory]
    [InlineData("attention-only")]
    [InlineData("sequential")]
    [InlineData("parallel")]
    [InlineData("rms")]
    public void A_circuit_of_all_edges_is_the_model_and_of_none_the_corrupted_run(string style)
    {
        HookedTransformer model = Small.Style(style);
        Tokens clean = Small.Tokens(2, 6), corrupt = Small.Tokens(2, 6, seed: 8);
        IReadOnlyList<Edge> edges = EdgeAttribution.Run(model, clean, corrupt, Difference);
        Faithfulness[] curve = [.. Faithfulness.Curve(model, clean, corrupt, Difference, edges, [0, edges.Count])];
        Assert.Equal(Difference.Of(model, corrupt), curve[0].Metric, 1e-4);
        Assert.Equal(Difference.Of(model, clean), curve[1].Metric, 1e-4);
        Assert.Equal([0, 1], curve.Select(point => Math.Round(point.Share, 3)));
    }

    [Fact]
    public void The_hand_made_circuit_is_found_by_its_edges()
    {
        // The softmax is saturated, so that queries and keys have no gradient; what is corrupted here, 6, moves as a value.
        HookedTransformer model = HandMade.Induction();
        int[] clean = [0, 5, 6, 7, 5], corrupt = [0, 5, 8, 7, 5];
        Metric metric = Metrics.LogitDifference([6], [7]);
        Edge[] strongest = [.. EdgeAttribution.Run(model, clean, corrupt, metric).Take(3)];
        Assert.Equal(["embedding → 1.0 Value", "1.0 → logits"], strongest.Take(2).Select(edge => $"{edge.Sender} → {edge.Receiver}").OrderDescending());
        Assert.All(strongest.Take(2), edge => Assert.Equal(-1, edge.Score, 1e-3));
        Assert.Equal(0, strongest[2].Score, 1e-3);
        Assert.Equal(1, Faithfulness.Curve(model, clean, corrupt, metric, strongest, [2]).Single().Share, 1e-3);
    }

    [Fact]
    public void The_last_pass_of_term_importance_is_the_model_itself()
    {
        HookedTransformer random = Small.Model();
        Tokens tokens = Small.Tokens(2, 10);
        TermImportance terms = TermImportance.Measure(random, tokens);
        Assert.Equal(4, terms.Losses.Count);
        Assert.Equal(Metrics.Loss.Of(random, tokens), terms.Losses[^1], 1e-4);

        HookedTransformer circuit = HandMade.Induction(copying: 20);
        Tokens repeated = new TokenSampler(circuit.Config, 1).Repeated(2, 12, 4);
        TermImportance hand = TermImportance.Measure(circuit, repeated);
        // Patterns are frozen: copying reads the embedding alone, so one layer's terms do all.
        Assert.True(hand.Marginal[0] > 1, $"{hand.Marginal[0]}");
        Assert.Equal(0, hand.Marginal[1], 1e-3);
        Assert.Throws<ArgumentException>(() => TermImportance.Measure(Small.Model(dMlp: 32), tokens));
    }

    [Fact]
    public void Ideal_patterns_do_all_that_the_hand_made_heads_do()
    {
        HookedTransformer model = HandMade.Induction(copying: 20);
        Tokens tokens = new TokenSampler(model.Config, 1).Repeated(3, 12, 4);
        // From the second repeat on, where there is something to find.
        Metric late = Metric.OfLosses("late loss", losses => Ops.Mean(Ops.Slice(losses, 1, 16, losses.Shape[1] - 16), -1));
        Assert.Equal(1, IdealHead.Substitute(model, tokens, [(1, 0)], IdealHead.InductionPattern(tokens), late).Recovered, 1e-3);
        Assert.Equal(1, IdealHead.Substitute(model, tokens, [(0, 0)], IdealHead.PreviousTokenPattern(tokens), late).Recovered, 1e-3);
        // A previous-token pattern is no substitute for the induction head.
        Assert.True(IdealHead.Substitute(model, tokens, [(1, 0)], IdealHead.PreviousTokenPattern(tokens), late).Recovered < 0.2);
        Assert.Throws<ArgumentException>(() => IdealHead.Substitute(model, tokens, [(1, 0)], Tensor.Zeros(1, 2, 2)));
    }

    [Fact]
    public void Steering_adds_its_vector_from_a_position_on()
    {
        HookedTransformer model = Small.Model();
        Tokens tokens = Small.Tokens(2, 8);
        Tensor vector = Steering.Difference(model, Small.Tokens(3, 5, seed: 5), Small.Tokens(3, 4, seed: 6), layer: 1);
        Tensor normal = model.Run(tokens);
        Assert.True(Small.Difference(normal, model.Run(tokens, Steering.Hooks(1, vector, strength: 0))) < 1e-5);
        Tensor steered = model.Run(tokens, Steering.Hooks(1, vector, strength: 3, firstPosition: 5));
        Assert.True(Small.Difference(Ops.Slice(normal, 1, 0, 5), Ops.Slice(steered, 1, 0, 5)) < 1e-5);
        Assert.True(Small.Difference(normal, steered) > 0.01);
        Tensor residual = model.RunWithCache(tokens, ["blocks.1.hook_resid_pre"], Steering.Hooks(1, vector, 3, 5)).Cache["blocks.1.hook_resid_pre"];
        Tensor before = model.RunWithCache(tokens, ["blocks.1.hook_resid_pre"]).Cache["blocks.1.hook_resid_pre"];
        Assert.Equal(3 * vector[4], residual[1, 6, 4] - before[1, 6, 4], 1e-4);
    }

    [Fact]
    public void Scrubbing_that_keeps_all_heads_recovers_all_and_none_nothing()
    {
        HookedTransformer model = Small.Model();
        Tokens tokens = Small.Tokens(2, 8);
        HeadId[] all = [.. HeadId.All(model.Config)];
        Assert.Equal(1, Scrubbing.Measure(model, tokens, all, Difference).Recovered, 1e-3);
        Assert.Equal(0, Scrubbing.Measure(model, tokens, [], Difference).Recovered, 1e-3);
        Assert.Throws<ArgumentException>(() => Scrubbing.Measure(model, tokens.Row(0).ToArray(), all, Difference));
    }
}
