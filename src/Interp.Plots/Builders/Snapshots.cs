namespace Interp;

// The figures of one training run, or of several, straight from what was measured of them.
public static partial class Plot
{
    /// <inheritdoc cref="LossAndInContextScore(IReadOnlyList{double}, IReadOnlyList{double}, IReadOnlyList{double}, TokenWindow, string)"/>
    /// <param name="snapshots">The measurements over training.</param>
    /// <param name="change">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LossAndInContextScore(IReadOnlyList<Snapshot> snapshots, PhaseChange? change = null, string? title = null) =>
        LossAndInContextScore(TokensOf(snapshots), [.. snapshots.Select(s => s.Loss)], [.. snapshots.Select(s => s.InContextScore)], Window(change), title);

    /// <inheritdoc cref="PrefixMatching(IReadOnlyList{double}, IReadOnlyList{HeadCurve}, TokenWindow, string)"/>
    /// <inheritdoc cref="LossAndInContextScore(IReadOnlyList{Snapshot}, PhaseChange, string)"/>
    public static Figure PrefixMatching(IReadOnlyList<Snapshot> snapshots, PhaseChange? change = null, string? title = null) =>
        PrefixMatching(TokensOf(snapshots), Curves(snapshots, h => h.PrefixMatching), Window(change), title);

    /// <inheritdoc cref="PreviousToken(IReadOnlyList{double}, IReadOnlyList{HeadCurve}, TokenWindow, string)"/>
    /// <inheritdoc cref="LossAndInContextScore(IReadOnlyList{Snapshot}, PhaseChange, string)"/>
    public static Figure PreviousToken(IReadOnlyList<Snapshot> snapshots, PhaseChange? change = null, string? title = null) =>
        PreviousToken(TokensOf(snapshots), Curves(snapshots, h => h.PreviousToken), Window(change), title);

    /// <inheritdoc cref="QkTrace(IReadOnlyList{double}, IReadOnlyList{HeadCurve}, TokenWindow, string)"/>
    /// <inheritdoc cref="LossAndInContextScore(IReadOnlyList{Snapshot}, PhaseChange, string)"/>
    public static Figure QkTrace(IReadOnlyList<Snapshot> snapshots, PhaseChange? change = null, string? title = null) =>
        QkTrace(TokensOf(snapshots), Curves(snapshots, h => h.QkTrace), Window(change), title);

    /// <inheritdoc cref="LossByIndex(IReadOnlyList{double}, float[,], TokenWindow, string, IReadOnlyList{double})"/>
    /// <inheritdoc cref="LossAndInContextScore(IReadOnlyList{Snapshot}, PhaseChange, string)"/>
    public static Figure LossByIndex(IReadOnlyList<Snapshot> snapshots, PhaseChange? change = null, string? title = null) =>
        LossByIndex(TokensOf(snapshots), Reports.SnapshotMatrix.Of(snapshots, s => s.LossByIndex), Window(change), title);

    /// <inheritdoc cref="LossDerivative(IReadOnlyList{double}, float[,], TokenWindow, string, IReadOnlyList{double})"/>
    /// <inheritdoc cref="LossAndInContextScore(IReadOnlyList{Snapshot}, PhaseChange, string)"/>
    public static Figure LossDerivative(IReadOnlyList<Snapshot> snapshots, PhaseChange? change = null, string? title = null) =>
        LossDerivative(TokensOf(snapshots), Reports.SnapshotMatrix.Of(snapshots, s => Interp.LossDerivative.Of(s.LossByIndex)), Window(change), title);

    /// <summary>What ablating each head does to the in-context score, over training: the score with the head ablated minus the score without. Positive: the head was helping.</summary>
    /// <param name="snapshots">The measurements over training, with ablations.</param>
    /// <param name="scores">The heads' scores at the end: their kinds colour the curves.</param>
    /// <param name="change">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AblationToInContextScore(IReadOnlyList<Snapshot> snapshots, HeadScores scores, PhaseChange? change = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return AblationToInContextScore(
            TokensOf(snapshots),
            [.. scores.Select((head, i) => new HeadCurve(head.Layer, head.Head, [.. snapshots.Select(s => s.Heads[i].AblatedInContextScore - s.AblationBaseline ?? double.NaN)], HeadKinds.Of(head.Kind)))],
            Window(change), title);
    }

    /// <summary>The per-token losses of several runs as they train, on the first two principal components of all of them together; a run's phase change is drawn thick.</summary>
    /// <param name="runs">Runs with the same evaluation rows: the same data, seed and evaluation.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LossTrajectories(IReadOnlyList<(string Name, IReadOnlyList<Snapshot> Snapshots, PhaseChange? Change)> runs, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        Pca pca = Pca.Fit([.. runs.SelectMany(run => run.Snapshots).Select(s => s.TokenLosses)]);
        List<LossTrajectory> paths = [];
        int first = 0;
        foreach ((string name, IReadOnlyList<Snapshot> snapshots, PhaseChange? change) in runs)
        {
            double[][] path = pca.Coordinates[first..(first += snapshots.Count)];
            paths.Add(new LossTrajectory(name, TokensOf(snapshots), [.. path.Select(p => p[0])], [.. path.Select(p => p[1])], Window(change)));
        }
        return LossTrajectories(paths, title);
    }

    /// <summary>A measure over training for several runs, one colour a run; a run's phase change is drawn thick.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="value">The measure of a snapshot.</param>
    /// <param name="measure">What it is called, with its unit.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure TrainingCurves(
        IReadOnlyList<(string Name, IReadOnlyList<Snapshot> Snapshots, PhaseChange? Change)> runs, Func<Snapshot, double> value, string measure, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return TrainingCurves([.. runs.Select(run => new NamedCurve(run.Name, TokensOf(run.Snapshots), [.. run.Snapshots.Select(value)], Window(run.Change)))], measure, title);
    }

    private static double[] TokensOf(IReadOnlyList<Snapshot> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return [.. snapshots.Select(s => (double)s.Tokens)];
    }

    private static TokenWindow? Window(PhaseChange? change) => change is null ? null : new TokenWindow(change.StartTokens, change.EndTokens);

    private static HeadCurve[] Curves(IReadOnlyList<Snapshot> snapshots, Func<HeadSnapshot, double> measure) =>
        snapshots.Count == 0 ? [] : [.. snapshots[^1].Heads.Select((h, i) => new HeadCurve(h.Layer, h.Head, [.. snapshots.Select(s => measure(s.Heads[i]))]))];
}
