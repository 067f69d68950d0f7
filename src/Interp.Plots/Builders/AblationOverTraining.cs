using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>What ablating each head does to the in-context score, over training, coloured by kind of head. Positive: the head was helping.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="heads">A curve a head: score with the head ablated minus score without, in nats.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AblationToInContextScore(
        IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, TokenWindow? window = null, string? title = null) =>
        HeadsByKind(tokens, heads, "change of in-context score (nats)", window, title ?? "Ablating each head: in-context score");

    /// <summary>What ablating each head does along the before-and-after vector, over training, coloured by kind of head. Negative: the head carries the change.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="heads">A curve a head: v · (losses ablated − normal), v the unit vector from the losses at the window's start to those at its end; in nats.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AblationToBeforeAndAfter(
        IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, TokenWindow? window = null, string? title = null) =>
        HeadsByKind(tokens, heads, "before-and-after attribution (nats)", window, title ?? "Ablating each head: before-and-after vector");

    private static Figure HeadsByKind(IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, string yTitle, TokenWindow? window, string title)
    {
        List<Trace> traces = [];
        // "Other" first, so that the heads that matter are drawn above it.
        foreach (IGrouping<string, HeadCurve> kind in heads.GroupBy(h => h.Kind ?? HeadKinds.Other).OrderByDescending(g => HeadKinds.Order(g.Key)))
            traces.AddRange(HeadTraces(tokens, kind, kind.Key, HeadKinds.Color(kind.Key)));
        return HeadsFigure(traces, new Axis { Title = yTitle }, window, title);
    }
}
