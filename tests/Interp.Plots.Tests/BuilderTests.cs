using System.Text.Json.Nodes;

namespace Interp.Plots.Tests;

public sealed class BuilderTests
{
    private static readonly IReadOnlyList<Snapshot> s_snapshots = SampleReproduction.Results.Models[1].Snapshots;

    private static readonly PhaseChange s_change = new(4, 7, 4000, 7000, 2, 1.8);

    [Fact]
    public void Effects_put_layers_and_heads_where_they_belong()
    {
        // 100 · layer + 10 · position + head.
        float[] values = [.. from layer in Enumerable.Range(0, 2) from position in Enumerable.Range(0, 3) from head in Enumerable.Range(0, 2) select (float)(100 * layer + 10 * position + head)];
        Figure byHeadAndPosition = Plot.Effects(Tensor.From(values, 2, 3, 2), "effect (nats)", tokens: ["a", "b", "c"]);
        Assert.Equal([[0, 10, 20], [1, 11, 21], [100, 110, 120], [101, 111, 121]], Rows(byHeadAndPosition));
        Assert.Equal(["0.0", "0.1", "1.0", "1.1"], byHeadAndPosition.Layout.YAxes[0].TickText!);

        Figure byHead = Plot.Effects(new double[,] { { 1, 2 }, { 3, 4 } }, "effect (nats)");
        Assert.Equal([[1, 2], [3, 4]], Rows(byHead));
        Assert.Equal("head (index)", byHead.Layout.XAxes[0].Title);
    }

    [Fact]
    public void A_matrix_keeps_its_rows_and_columns()
    {
        Figure figure = Plot.Effects(Tensor.From([1, 2, 3, 4, 5, 6], 2, 3), ["a", "b"], ["x", "y", "z"], "row (token)", "column (token)", "value (logits)");
        Assert.Equal([[1, 2, 3], [4, 5, 6]], Rows(figure));
        Assert.Throws<ArgumentException>(() => Plot.Effects(Tensor.Zeros(2), ["a", "b"], ["x"], "row (token)", "column (token)", "value (logits)"));
    }

    [Fact]
    public void Effects_with_positions_need_tokens()
    {
        Assert.Contains("no tokens", Assert.Throws<ArgumentException>(() => Plot.Effects(Tensor.Zeros(2, 3, 2), "effect (nats)")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Plot.Effects(Tensor.Zeros(2, 3), "effect (nats)", tokens: ["a"]));
    }

    [Fact]
    public void A_runs_figures_are_those_of_its_numbers()
    {
        double[] tokens = [.. s_snapshots.Select(s => (double)s.Tokens)];
        TokenWindow window = new(4000, 7000);
        Same(Plot.LossAndInContextScore(tokens, [.. s_snapshots.Select(s => s.Loss)], [.. s_snapshots.Select(s => s.InContextScore)], window), Plot.LossAndInContextScore(s_snapshots, s_change));
        HeadCurve[] Curves(Func<HeadSnapshot, double> measure) => [.. s_snapshots[0].Heads.Select((h, i) => new HeadCurve(h.Layer, h.Head, [.. s_snapshots.Select(s => measure(s.Heads[i]))]))];
        Same(Plot.PrefixMatching(tokens, Curves(h => h.PrefixMatching), window), Plot.PrefixMatching(s_snapshots, s_change));
        Same(Plot.PreviousToken(tokens, Curves(h => h.PreviousToken)), Plot.PreviousToken(s_snapshots));
        Same(Plot.QkTrace(tokens, Curves(h => h.QkTrace), window), Plot.QkTrace(s_snapshots, s_change));
        Same(
            Plot.TrainingCurves([new NamedCurve("a", tokens, [.. s_snapshots.Select(s => s.Loss)], window)], "loss (nats)"),
            Plot.TrainingCurves([("a", s_snapshots, s_change)], s => s.Loss, "loss (nats)"));
    }

    [Fact]
    public void Trajectories_of_several_runs_share_their_components()
    {
        Snapshot At(double x, double y) => s_snapshots[0] with { TokenLosses = [(float)x, (float)y, 0] };
        // Along one line, spread 10; the second run lies beside it.
        Snapshot[] one = [At(0, 0), At(5, 0), At(10, 0)], two = [At(0, 1), At(10, 1)];
        Figure figure = Plot.LossTrajectories([("one", one, null), ("two", two, null)]);
        JsonNode data = JsonNode.Parse(figure.ToJson())!["data"]!;
        double[] X(int trace) => [.. data[trace]!["x"]!.AsArray().Select(x => (double)x!)];
        Assert.Equal(10, Math.Abs(X(0)[2] - X(0)[0]), 1e-4);
        Assert.Equal(X(0)[0], X(1)[0], 1e-4);
        Assert.Equal(X(0)[2], X(1)[1], 1e-4);
    }

    [Fact]
    public void Losses_are_averaged_over_the_batch_at_each_position()
    {
        JsonNode trace = JsonNode.Parse(Plot.LossAgainstIndex([("m", Tensor.From([1, 2, 3, 4], 2, 2))]).ToJson())!["data"]![0]!;
        Assert.Equal([1, 2], trace["x"]!.AsArray().Select(x => (double)x!));
        Assert.Equal([2, 3], trace["y"]!.AsArray().Select(y => (double)y!));
    }

    [Fact]
    public void Composition_leaves_pairs_empty_that_cannot_compose()
    {
        double[,,,] scores = new double[3, 2, 3, 2];
        scores[0, 1, 1, 0] = 0.5;
        scores[1, 0, 2, 1] = 0.25;
        JsonNode z = JsonNode.Parse(Plot.CompositionScores(scores, baseline: 0.125).ToJson())!["data"]![0]!["z"]!;
        Assert.Equal(0.375, (double)z[1]![0]!);
        Assert.Equal(0.125, (double)z[2]![3]!);
        // Head 1.0 does not come before head 1.0.
        Assert.Null(z[2]![0]);
    }

    [Fact]
    public void The_table_of_head_scores_has_a_row_a_head_and_says_the_numbers()
    {
        JsonNode trace = JsonNode.Parse(Plot.HeadScoreTable(Samples.Scores).ToJson())!["data"]![0]!;
        Assert.Equal(4, trace["z"]!.AsArray().Count);
        Assert.Equal(Samples.Scores[1, 0].PreviousToken, (double)trace["z"]![2]![2]!, 1e-6);
        Assert.Equal(Samples.Scores[1, 0].PreviousToken.ToString("F2", System.Globalization.CultureInfo.InvariantCulture), (string?)trace["text"]![2]![2]);
    }

    private static double[][] Rows(Figure figure) =>
        [.. JsonNode.Parse(figure.ToJson())!["data"]![0]!["z"]!.AsArray().Select(row => row!.AsArray().Select(x => (double)x!).ToArray())];

    private static void Same(Figure expected, Figure actual) => Assert.Equal(expected.ToJson(), actual.ToJson());
}
