using Interp.Reproduce;

namespace Interp.Training.Tests.Reproduce;

public class StatementsTests
{
    [Fact]
    public void All_hold_on_numbers_like_the_papers() => Assert.All(Statements.Check(Models()), s => Assert.True(s.Holds, $"{s.Subject}: {s.Expected}: {s.Measured}"));

    [Fact]
    public void Each_fails_on_its_own_when_its_number_is_on_the_wrong_side()
    {
        Fails(Series.OneLayer, m => m with { PhaseChange = Window(1, 2) }, "no phase change", "which the 1-layer model without smearing lacks");
        Fails(Series.OneLayer, m => m with { BestHead = Head(0.25, 1) }, "best prefix matching < 0.2");
        Fails(Series.OneLayer, m => m with { InContextScore = -0.9 }, "less than a third");
        Fails(Series.ThreeLayers, m => m with { PhaseChange = null }, "a phase change inside", "formed inside the window");
        Fails(Series.ThreeLayers, m => m with { PhaseChange = Window(0, 3_000_000) }, "a phase change inside");
        Fails(Series.TwoLayersMlp, m => m with { BestHead = Head(0.9, -0.5) }, "best prefix matching ≥ 0.7");
        Fails(Series.TwoLayersMlp, m => m with { BestHead = Head(0.65, 0.5) }, "best prefix matching ≥ 0.7");
        Fails(Series.ThreeLayers, m => m with { InContextScore = -0.95 }, "≤ −1 nat");
        Fails(Series.TwoLayers, m => m with { PhaseChange = m.PhaseChange! with { FractionInside = 0.7 } }, "formed inside the window");
        Fails(Series.OneLayerSmeared, m => m with { PhaseChange = null }, "which the 1-layer model without smearing lacks");
        Fails(Series.TwoLayersSmeared, m => m with { PhaseChange = Window(3_400_000, 3_800_000) }, "comes earlier");
        Fails(Series.TwoLayersSmeared, m => m with { PhaseChange = null }, "comes earlier");
        Fails(Series.ThreeLayers, m => m with { Ablation = m.Ablation with { InductionRemoved = 0.7 } }, "removes ≥ 75 %");
        Fails(Series.ThreeLayers, m => m with { Ablation = m.Ablation with { OtherRemoved = 0.2 } }, "removes < 15 %");
    }

    [Fact]
    public void A_model_of_induction_heads_alone_is_not_compared_with_other_heads()
    {
        IReadOnlyList<ModelResults> models = [.. Models().Select(m => m with { Ablation = m.Ablation with { OtherHeads = [] } })];
        Assert.DoesNotContain(Statements.Check(models), s => s.Expected.Contains("other heads", StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_that_begins_early_with_a_slow_stretch_is_not_taken_for_an_early_change()
    {
        IReadOnlyList<ModelResults> models = [.. Models().Select(m => m.Name == Series.TwoLayers ? m with { PhaseChange = Window(100_000, 3_500_000) with { HalfwayTokens = 2_100_000 } } : m)];
        Assert.True(Statements.Check(models).Single(s => s.Expected.Contains("comes earlier", StringComparison.Ordinal)).Holds);
    }

    [Fact]
    public void What_was_measured_is_told_with_its_numbers()
    {
        IReadOnlyList<Statement> all = Statements.Check(Models());
        Assert.Contains(all, s => s.Measured == "from 3.00 to 4.00 million tokens of 9.00");
        Assert.Contains(all, s => s.Measured == "0.90 at head 1.0, signed copying 0.80");
        Assert.Contains(all, s => s.Measured == "-0.40 against -2.50 nats");
        Assert.Contains(all, s => s.Measured == "95 % (2 heads: 1.0, 1.1)");
    }

    private static void Fails(string model, Func<ModelResults, ModelResults> change, params string[] expected)
    {
        Statement[] failed = [.. Statements.Check([.. Models().Select(m => m.Name == model ? change(m) : m)]).Where(s => !s.Holds)];
        Assert.Equal(expected.Length, failed.Length);
        Assert.All(expected, e => Assert.Contains(failed, s => s.Expected.Contains(e, StringComparison.Ordinal)));
    }

    private static IReadOnlyList<ModelResults> Models() =>
    [
        Model(Series.OneLayer, -0.4, null, 0.05),
        Model(Series.TwoLayers, -2.5, Window(3_000_000, 4_000_000), 0.9),
        Model(Series.ThreeLayers, -2.6, Window(2_000_000, 4_000_000), 0.8),
        Model(Series.TwoLayersMlp, -2.2, Window(5_000_000, 7_000_000), 0.8),
        Model(Series.OneLayerSmeared, -2.2, Window(500_000, 900_000), 0.9),
        Model(Series.TwoLayersSmeared, -2.7, Window(500_000, 900_000), 0.9),
    ];

    private static ModelResults Model(string name, double score, WindowResults? window, double prefix) => new()
    {
        Name = name,
        Title = name,
        Training = SmallRun.Config,
        Snapshots = [new Snapshot { Step = 1500, Tokens = 9_000_000, Loss = 3, InContextScore = score, LossByIndex = [], Heads = [] }],
        InContextScore = score,
        PhaseChange = window,
        BestHead = Head(prefix, 0.8),
        Kinds = [],
        Ablation = new AblationResults
        {
            InContextScore = score,
            InductionHeads = ["1.0", "1.1"],
            InductionScore = 0.05 * score,
            InductionRemoved = 0.95,
            OtherHeads = [["0.0", "0.1"]],
            OtherScore = score,
            OtherRemoved = 0,
        },
        BeforeAfter = [],
        Trajectory = [],
        Seconds = 1,
    };

    private static WindowResults Window(long start, long end) => new(10, 20, start, end, (start + end) / 2, 2.5, 0.8);

    private static HeadSnapshot Head(double prefix, double copying) => new()
    {
        Layer = 1,
        Head = 0,
        PrefixMatching = prefix,
        Copying = 0,
        CopyingSigned = copying,
        PreviousToken = 0,
        DuplicateToken = 0,
        FirstToken = 0,
        Entropy = 0,
        QkTrace = 0,
    };
}
