using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>Prefix matching of every head over training, coloured by layer, with the phase change shaded.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="heads">A curve a head: its share of attention on tokens that followed earlier occurrences, 0 to 1.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure PrefixMatching(IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, TokenWindow? window = null, string? title = null) =>
        HeadsByLayer(tokens, heads, new Axis { Title = PrefixTitle, Range = [-0.02, 1.02] }, window, title ?? "Prefix matching by head");

    /// <summary>Attention of every head to the previous position over training, coloured by layer, with the phase change shaded.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="heads">A curve a head: its mean attention to the position before, 0 to 1.</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure PreviousToken(IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, TokenWindow? window = null, string? title = null) =>
        HeadsByLayer(tokens, heads, new Axis { Title = "attention to the previous token (share)", Range = [-0.02, 1.02] }, window, title ?? "Previous-token attention by head");

    /// <summary>The QK eigenvalue trace of every head over training, coloured by layer, with the phase change shaded: high where the weights look for "what followed this token before".</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="heads">A curve a head: Tr(Σ_k p_k · W_Eᵀ W_QK W_OV^k W_E).</param>
    /// <param name="window">The phase change; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure QkTrace(IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, TokenWindow? window = null, string? title = null) =>
        HeadsByLayer(tokens, heads, new Axis { Title = "QK trace (score units)" }, window, title ?? "QK trace by head");

    private static Figure HeadsByLayer(IReadOnlyList<double> tokens, IReadOnlyList<HeadCurve> heads, Axis y, TokenWindow? window, string title)
    {
        int layers = heads.Count == 0 ? 0 : heads.Max(h => h.Layer) + 1;
        List<Trace> traces = [];
        foreach (IGrouping<int, HeadCurve> layer in heads.GroupBy(h => h.Layer).OrderBy(g => g.Key))
            traces.AddRange(HeadTraces(tokens, layer, $"layer {layer.Key}", FigureStyle.LayerColor(layer.Key, layers)));
        return HeadsFigure(traces, y, window, title);
    }

    private static IEnumerable<ScatterTrace> HeadTraces(IReadOnlyList<double> tokens, IEnumerable<HeadCurve> heads, string group, string color)
    {
        bool first = true;
        foreach (HeadCurve head in heads)
        {
            SameLength(head.Values.Count, tokens.Count, $"The curve of head {head.Name}", "the snapshots in tokens");
            yield return new ScatterTrace
            {
                Name = group,
                LegendGroup = group,
                ShowLegend = first,
                X = Values.From(tokens),
                Y = Values.From(head.Values),
                Line = new Line { Color = color, Width = 1.5 },
                HoverTemplate = $"head {head.Name}<br>%{{x:.3s}} tokens: %{{y:.3f}}<extra></extra>",
            };
            first = false;
        }
    }

    private static Figure HeadsFigure(List<Trace> traces, Axis y, TokenWindow? window, string title) => new()
    {
        Traces = traces,
        Layout = new Layout
        {
            Title = title,
            XAxes = [TokensAxis()],
            YAxes = [y],
            Shapes = Shade(window),
            ShowLegend = true,
            Legend = LegendAbove,
            Margin = new Margin(56, 16, 68, 48),
        },
    };
}
