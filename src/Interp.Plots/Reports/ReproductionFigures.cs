using Interp.Plotly;
using Interp.Reproduce;

namespace Interp.Reports;

/// <summary>The figures of a reproduction: the paper's model analysis table, its curiosities, and what they are read by.</summary>
internal sealed class ReproductionFigures(ReproductionResults results)
{
    // What a row's models share, so that the eye may compare along it.
    private readonly double[] _loss = Range(results, m => m.Snapshots.Select(s => s.Loss));
    private readonly double[] _byIndex = Range(results, m => m.Snapshots.SelectMany(s => s.LossByIndex, (_, x) => (double)x));
    private readonly double[] _derivative = DerivativeRange(results);
    private readonly double[] _score = Range(results, m => m.Snapshots.Select(s => s.InContextScore));
    private readonly double[] _ablation = Range(results, m => Enumerable.Range(0, m.Snapshots[0].Heads.Count).SelectMany(h => AblationEffect(m, h)));
    private readonly double[] _beforeAfter = Range(results, m => m.BeforeAfter.SelectMany(x => x));

    /// <summary>The rows of the model analysis table.</summary>
    public IReadOnlyList<ReportRow> Rows() =>
    [
        Row("pca", "Per-token losses, PCA", "PC 2 against PC 1, in nats",
            "Each model's training is a path through the losses of single tokens. At the phase change (thick) the path turns; a model without one never takes that turn.",
            [new("others", FigureStyle.Muted)], m => Plot.LossTrajectories(Trajectories(), Title("Training as a path", m), m.Title)),
        Row("loss", "Loss", "nats a token, over training tokens", "For a while the loss falls much faster: that is the shaded phase change.", [],
            m => WithRange(Plot.Loss(Tokens(m), [.. m.Snapshots.Select(s => s.Loss)], Window(m), Title("Loss", m)), _loss)),
        Row("loss-by-index", "Loss by token index", "position (log), over training tokens", "Before the change late tokens are no easier than early ones; after it the loss keeps falling along the context.",
            [Scale(ColorScale.Cividis, _byIndex, "nats")],
            m => WithColors(Plot.LossByIndex(Tokens(m), SnapshotMatrix.Of(m.Snapshots, s => s.LossByIndex), Window(m), Title("Loss by token index", m)), _byIndex)),
        Row("loss-derivative", "Loss derivative", "position (log), over training tokens", "∂L/∂ln(index): the blue band that begins at the change is learning from the context.",
            [Scale(ColorScale.Diverging, _derivative, "nats per ln(index)")],
            m => WithColors(Plot.LossDerivative(Tokens(m), Derivative(m), Window(m), Title("Loss derivative", m)), _derivative)),
        Row("in-context-score", "In-context learning score", "nats, over training tokens", $"Loss at {results.InContextPositions}: it drops within the window, and hardly at all in the one-layer model.", [],
            m => WithRange(Plot.InContextScore(Tokens(m), [.. m.Snapshots.Select(s => s.InContextScore)], Window(m), Title("In-context learning score", m)), _score)),
        Row("prefix-matching", "Prefix matching by head", "share of attention, over training tokens", "In the same window some heads come to attend to what followed earlier occurrences of the current token.", Layers(),
            m => Plot.PrefixMatching(Tokens(m), Heads(m, h => h.PrefixMatching), Window(m), Title("Prefix matching", m))),
        Row("qk-trace", "QK eigenvalue trace", "score units, over training tokens", "The same heads seen in the weights alone: composed with earlier previous-token heads, they look for their own token.", Layers(),
            m => m.Training.Model.Layers < 2 ? null : Plot.QkTrace(Tokens(m), Heads(m, h => h.QkTrace), Window(m), Title("QK trace", m))),
        Row("ablation-before-after", "Ablation: before and after", "nats, over training tokens", "A head's output removed, all attention patterns kept: induction heads carry the change (negative), the others hardly anything.", Kinds(),
            m => WithRange(Plot.AblationToBeforeAndAfter(Tokens(m), BeforeAfter(m), Window(m), Title("Ablation, before and after", m)), _beforeAfter)),
        Row("ablation-in-context-score", "Ablation: in-context score", "change in nats, over training tokens", "The same ablations against the in-context score: without an induction head late tokens are predicted worse (positive).", Kinds(),
            m => WithRange(Plot.AblationToInContextScore(Tokens(m), AblationCurves(m), Window(m), Title("Ablation, in-context score", m)), _ablation)),
    ];

    /// <summary>All models' in-context scores over training: the page's first picture.</summary>
    public ReportFigure Scores() => new("in-context-scores", Plot.TrainingCurves(
        [.. results.Models.Select(m => new NamedCurve(m.Title, Tokens(m), [.. m.Snapshots.Select(s => s.InContextScore)], Window(m)))],
        "in-context score (nats)", "In-context learning appears at once, and only where induction heads can form"));

    /// <summary>Ablating each head of the two-layer model at the end of training.</summary>
    public ReportFigure AblationBars()
    {
        ModelResults model = results.Models.Single(m => m.Name == Series.TwoLayers);
        Snapshot last = model.Snapshots[^1];
        return new("ablation-bars", Plot.AblationBars(
            [.. last.Heads.Select((h, i) => ($"{h.Layer}.{h.Head}", AblationEffect(model, i)[^1], (string?)Kind(model, i)))],
            title: $"{model.Title}: what each head carries of the in-context score"));
    }

    /// <summary>The paper's curiosities: what is alike, and what turns around, across sizes.</summary>
    public IReadOnlyList<(ReportFigure Figure, string Caption)> Curiosities() =>
    [
        (new("late-minus-index", Plot.LateMinusIndex(LateMinusIndex())), "How much better the last positions are predicted than position i, at the end of training. The curves of models with induction heads lie close together, whatever their size."),
        (new("loss-against-index", Plot.LossAgainstIndex(AtEnd(s => [.. s.LossByIndex.Select(x => (double)x)]))), "The loss along the context at the end of training."),
        (new("loss-slope", Plot.LossSlope([.. results.Models.Select(Slope)])), "How fast each model learns at each time. At the phase change the order of the models turns around."),
        (new("prefix-by-depth", Plot.PrefixByDepth(Points((_, h, _) => h.PrefixMatching))), "Prefix matching of every head at the end, by depth: induction heads stand in later layers, except where keys are smeared."),
        (new("copying-against-prefix", Plot.CopyingAgainstPrefix(Points((_, h, _) => h.PrefixMatching))), "Every head at the end. Heads that search a prefix also copy: induction heads stand in the upper right. Copying here is the signed share, positive where attended tokens are raised."),
    ];

    /// <summary>What is left of each model's score without its induction heads, and without as many others. Models without induction heads have nothing to remove.</summary>
    public ReportFigure AblationComparison() => new("ablation-comparison", Plot.AblationComparison(
        [.. results.Models.Where(m => m.Ablation.InductionHeads.Count > 0).Select(m => (m.Title, m.Ablation.InContextScore, m.Ablation.InductionScore, m.Ablation.OtherScore))],
        "Without its induction heads a model stops learning in context"));

    private ReportRow Row(string name, string heading, string axes, string sentence, IReadOnlyList<KeyEntry> key, Func<ModelResults, Figure?> build) =>
        new(heading, axes, sentence, key, [.. results.Models.Select(m => build(m) is { } figure ? new ReportFigure($"{name}-{m.Name}", figure) : null)]);

    private KeyEntry[] Layers()
    {
        int layers = results.Models.Max(m => m.Training.Model.Layers);
        return [.. Enumerable.Range(0, layers).Select(l => new KeyEntry($"layer {l}", FigureStyle.LayerColor(l, layers)))];
    }

    private KeyEntry[] Kinds() =>
        [.. HeadKinds.All.Where(kind => results.Models.Any(m => m.Kinds.Any(k => HeadKinds.Of(k) == kind))).Select(kind => new KeyEntry(kind, HeadKinds.Color(kind)))];

    private static KeyEntry Scale(ColorScale scale, double[] range, string unit) => new(Rounded(range[0]), null, scale, $"{Rounded(range[1])} {unit}");

    private static string Rounded(double x) => x.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture).Replace('-', '−');

    private static float[,] Derivative(ModelResults model) => SnapshotMatrix.Of(model.Snapshots, s => LossDerivative.Of(s.LossByIndex));

    /// <summary>The same distance to both sides of 0; the 98th percentile of all sizes, or one wild cell would drown the rest.</summary>
    private static double[] DerivativeRange(ReproductionResults results)
    {
        double[] sizes = [.. results.Models.SelectMany(m => Derivative(m).Cast<float>()).Select(x => (double)Math.Abs(x)).Order()];
        double reach = sizes[(int)(0.98 * (sizes.Length - 1))];
        return [-reach, reach];
    }

    private static string Title(string measure, ModelResults model) => $"{measure}: {model.Title}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static double[] Tokens(ModelResults model) => [.. model.Snapshots.Select(s => (double)s.Tokens)];

    private static TokenWindow? Window(ModelResults model) => model.PhaseChange is { } w ? new TokenWindow(w.StartTokens, w.EndTokens) : null;

    private LossTrajectory[] Trajectories() =>
        [.. results.Models.Select(m => new LossTrajectory(m.Title, Tokens(m), [.. m.Trajectory.Select(p => p[0])], [.. m.Trajectory.Select(p => p[1])], Window(m)))];

    private static HeadCurve[] Heads(ModelResults model, Func<HeadSnapshot, double> measure) =>
        [.. model.Snapshots[^1].Heads.Select((h, i) => new HeadCurve(h.Layer, h.Head, [.. model.Snapshots.Select(s => measure(s.Heads[i]))], Kind(model, i)))];

    private static HeadCurve[] AblationCurves(ModelResults model) =>
        [.. model.Snapshots[^1].Heads.Select((h, i) => new HeadCurve(h.Layer, h.Head, AblationEffect(model, i), Kind(model, i)))];

    private static HeadCurve[] BeforeAfter(ModelResults model) =>
        [.. model.Snapshots[^1].Heads.Select((h, i) => new HeadCurve(h.Layer, h.Head, [.. model.BeforeAfter.Select(row => row[i])], Kind(model, i)))];

    /// <summary>[snapshots]: the in-context score with a head ablated minus without.</summary>
    private static double[] AblationEffect(ModelResults model, int head) =>
        [.. model.Snapshots.Select(s => s.Heads[head].AblatedInContextScore - s.AblationBaseline ?? double.NaN)];

    private static string Kind(ModelResults model, int head) => HeadKinds.Of(model.Kinds[head]);

    private HeadPoint[] Points(Func<ModelResults, HeadSnapshot, int, double> x) =>
        [.. results.Models.SelectMany(m => m.Snapshots[^1].Heads.Select((h, i) => new HeadPoint(h.Layer, h.Head, x(m, h, i), h.CopyingSigned, Kind(m, i), m.Title, m.Training.Model.Layers)))];

    private NamedCurve[] AtEnd(Func<Snapshot, double[]> measure) =>
        [.. results.Models.Select(m => measure(m.Snapshots[^1]) is var y ? new NamedCurve(m.Title, [.. Enumerable.Range(1, y.Length).Select(i => (double)i)], y) : null!)];

    private NamedCurve[] LateMinusIndex()
    {
        InContextIndices at = results.InContextPositions;
        return AtEnd(s =>
        {
            double late = s.LossByIndex[(at.LateFirst - 1)..at.LateLast].Average();
            return [.. s.LossByIndex.Select(x => late - x)];
        });
    }

    /// <summary>dL/dln(tokens) between snapshots, from the first with training behind it.</summary>
    private static NamedCurve Slope(ModelResults model)
    {
        Snapshot[] s = [.. model.Snapshots.Where(x => x.Tokens > 0)];
        double[] loss = PhaseChange.Smooth([.. s.Select(x => x.Loss)]);
        List<double> x = [], y = [];
        for (int n = 1; n < s.Length; n++)
        {
            x.Add(Math.Sqrt((double)s[n - 1].Tokens * s[n].Tokens));
            y.Add((loss[n] - loss[n - 1]) / Math.Log((double)s[n].Tokens / s[n - 1].Tokens));
        }
        return new NamedCurve(model.Title, x, y, Window(model));
    }

    private static double[] Range(ReproductionResults results, Func<ModelResults, IEnumerable<double>> values)
    {
        double[] all = [.. results.Models.SelectMany(values).Where(double.IsFinite)];
        if (all.Length == 0) return [0, 1];
        double room = 0.04 * Math.Max(all.Max() - all.Min(), 1e-6);
        return [all.Min() - room, all.Max() + room];
    }

    private static Figure WithRange(Figure figure, double[] range) =>
        figure with { Layout = figure.Layout with { YAxes = [figure.Layout.YAxes[0] with { Range = range }] } };

    private static Figure WithColors(Figure figure, double[] range) =>
        figure with { Traces = [.. figure.Traces.Select(t => t is HeatmapTrace h ? h with { ZMin = range[0], ZMax = range[1] } : t)] };
}
