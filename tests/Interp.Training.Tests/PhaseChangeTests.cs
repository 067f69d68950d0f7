namespace Interp.Training.Tests;

public class PhaseChangeTests
{
    private const int Count = 81;

    // 80 intervals of 1,000 tokens.
    private static readonly long[] s_tokens = [.. Enumerable.Range(0, Count).Select(i => 1000L * i)];

    [Fact]
    public void A_sigmoid_has_a_window_around_its_middle_that_holds_80_percent()
    {
        double[] scores = Curve(i => -2.5 * Sigmoid((i - 40) / 2.0));
        PhaseChange change = PhaseChange.Find(s_tokens, scores)!;

        // A sigmoid of slope 1/2 crosses 10 % and 90 % at 40 ∓ 2·ln 9 = 35.6 and 44.4; smoothing widens it by less than a snapshot a side.
        Assert.InRange(change.StartIndex, 34, 36);
        Assert.InRange(change.EndIndex, 44, 46);
        Assert.Equal(s_tokens[change.StartIndex], change.StartTokens);
        Assert.Equal(s_tokens[change.EndIndex], change.EndTokens);
        Assert.Equal(2.5, change.LargestDrop, 1e-3);
        Assert.InRange(change.WindowDrop, 0.8 * 2.5, 0.9 * 2.5);
        Assert.InRange(change.HalfwayTokens, 39_500, 40_500);
    }

    [Fact]
    public void Halfway_lies_on_the_steep_stretch_of_a_window_that_begins_with_a_slow_one()
    {
        // A drift of 0.8 over 30 snapshots, a fall of 2 at snapshot 40, a drift of 0.4: the window must take in some of the drifts.
        double[] scores = Curve(i => (-0.8 * Math.Min(i, 30) / 30.0) - (2 * Sigmoid((i - 40) / 0.7)) - (0.4 * Math.Clamp(i - 50, 0, 30) / 30.0));
        PhaseChange change = PhaseChange.Find(s_tokens, scores)!;
        Assert.True(change.StartTokens < 30_000, $"{change}");
        Assert.InRange(change.HalfwayTokens, 37_000, 42_000);
    }

    [Fact]
    public void The_window_is_the_smallest_of_all_that_hold_80_percent_of_the_drop()
    {
        double[] scores = Curve(i => (-1.2 * Sigmoid((i - 20) / 1.5)) - (1.4 * Sigmoid((i - 34) / 3.0)) + (0.02 * Math.Sin(i)));
        PhaseChange change = PhaseChange.Find(s_tokens, scores)!;

        double[] smooth = PhaseChange.Smooth(scores);
        var holding =
            from i in Enumerable.Range(0, Count)
            from j in Enumerable.Range(i + 1, Count - i - 1)
            where smooth[i] - smooth[j] >= 0.8 * change.LargestDrop
            select s_tokens[j] - s_tokens[i];
        Assert.Equal(holding.Min(), change.Length);
    }

    [Fact]
    public void Two_steps_close_together_are_one_window_that_spans_both()
    {
        PhaseChange change = PhaseChange.Find(s_tokens, Curve(i => -Sigmoid((i - 30) * 2.0) - Sigmoid((i - 45) * 2.0)))!;
        Assert.InRange(change.StartIndex, 27, 31);
        Assert.InRange(change.EndIndex, 44, 48);
    }

    [Fact]
    public void Two_steps_of_which_one_holds_80_percent_give_the_window_of_that_one()
    {
        PhaseChange change = PhaseChange.Find(s_tokens, Curve(i => (-0.1 * Sigmoid((i - 10) * 2.0)) - (2 * Sigmoid((i - 60) * 2.0))))!;
        Assert.InRange(change.StartIndex, 56, 60);
        Assert.InRange(change.EndIndex, 60, 64);
    }

    [Fact]
    public void The_window_is_shortest_in_tokens_not_in_snapshots()
    {
        // Two falls of the same size: the first over 2 snapshots far apart, the second over 10 close together, after the score has come back.
        long[] tokens = [0, 100, 5000, 9900, 10000, .. Enumerable.Range(1, 30).Select(i => 10000L + (10 * i)), 20000];
        double[] scores = [0, 0, -1, -2, -2, 0, 0, 0, 0, 0, 0, 0, -.2, -.4, -.6, -.8, -1, -1.2, -1.4, -1.6, -1.8, .. Enumerable.Repeat(-2.0, 15)];
        PhaseChange change = PhaseChange.Find(tokens, scores)!;
        Assert.InRange(change.StartTokens, 10000, 10150);
        Assert.InRange(change.EndTokens, 10150, 10300);
    }

    [Theory]
    [InlineData("flat")]
    [InlineData("linear drift")]
    [InlineData("small step")]
    [InlineData("rise")]
    [InlineData("noise")]
    [InlineData("large noise")]
    public void There_is_none_without_a_large_and_sudden_fall(string kind)
    {
        Rng random = new(3);
        double[] scores = kind switch
        {
            "flat" => Curve(_ => -0.1),
            "linear drift" => Curve(i => -2.0 * i / Count),
            "small step" => Curve(i => -0.45 * Sigmoid((i - 20) / 2.0)),
            "rise" => Curve(i => 2 * Sigmoid((i - 40) / 2.0)),
            "noise" => Curve(_ => 0.1 * random.NextNormal()),
            _ => Curve(_ => random.NextNormal()),
        };
        Assert.Null(PhaseChange.Find(s_tokens, scores));
    }

    [Fact]
    public void Noise_on_a_sigmoid_moves_the_window_by_little()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            Rng random = new(seed);
            PhaseChange? change = PhaseChange.Find(s_tokens, Curve(i => (-2.5 * Sigmoid((i - 40) / 2.0)) + (0.05 * random.NextNormal())));
            Assert.True(change is not null, $"seed {seed}");
            Assert.InRange(change.StartIndex, 32, 38);
            Assert.InRange(change.EndIndex, 42, 50);
        }
    }

    [Fact]
    public void The_thresholds_are_parameters()
    {
        double[] small = Curve(i => -0.45 * Sigmoid((i - 20) / 2.0));
        Assert.NotNull(PhaseChange.Find(s_tokens, small, new PhaseChangeCriterion { MinimumDrop = 0.3 }));
        double[] drift = Curve(i => -2.0 * i / Count);
        Assert.NotNull(PhaseChange.Find(s_tokens, drift, new PhaseChangeCriterion { MaximumShare = 0.9 }));
    }

    [Fact]
    public void Smoothing_keeps_straight_lines_and_spreads_a_spike_as_1_2_3_2_1()
    {
        double[] line = Curve(i => 0.5 * i);
        Assert.Equal(line[2..^2], PhaseChange.Smooth(line)[2..^2], (a, b) => Math.Abs(a - b) < 1e-12);
        double[] spike = PhaseChange.Smooth([0, 0, 0, 0, 9, 0, 0, 0, 0]);
        Assert.Equal([0, 0, 1, 2, 3, 2, 1, 0, 0], spike, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains("2 token counts for 3 scores", Assert.Throws<ArgumentException>(() => PhaseChange.Find([0, 1], [0, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("snapshot 2 is at 1 tokens", Assert.Throws<ArgumentException>(() => PhaseChange.Find([0, 1, 1], [0, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("snapshot 1 is NaN", Assert.Throws<ArgumentException>(() => PhaseChange.Find([0, 1, 2], [0, double.NaN, 0])).Message, StringComparison.Ordinal);
        Assert.Null(PhaseChange.Find([], []));
    }

    private static double[] Curve(Func<int, double> value) => [.. Enumerable.Range(0, Count).Select(value)];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
