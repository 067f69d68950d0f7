using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>One head's attention pattern: a row a query token, a column a key token, a cell the share of attention.</summary>
    /// <param name="pattern">[query, key], each row summing to 1.</param>
    /// <param name="tokens">The token at each position, as text.</param>
    /// <param name="title">The figure's title, e.g. "head 1.4".</param>
    public static Figure AttentionPattern(float[,] pattern, IReadOnlyList<string> tokens, string? title = null)
    {
        SameLength(pattern.GetLength(0), tokens.Count, "The query axis of the pattern", "the tokens");
        SameLength(pattern.GetLength(1), tokens.Count, "The key axis of the pattern", "the tokens");
        double[] ticks = [.. TokenTicks(tokens.Count)];
        string[] labels = [.. ticks.Select(t => PlotlyText.Token(tokens[(int)t]))];
        return new Figure
        {
            Traces = [Pattern(pattern, tokens) with { ShowScale = true, ColorBar = new ColorBar { Title = "attention (share)" } }],
            Layout = new Layout
            {
                Title = title ?? "Attention pattern",
                Height = 520,
                Width = 600,
                XAxes = [new Axis { Title = "attended token (key position)", TickVals = ticks, TickText = labels, TickAngle = -90, ShowGrid = false, Constrain = "domain" }],
                YAxes = [new Axis { Title = "token (query position)", TickVals = ticks, TickText = labels, AutoRange = "reversed", ScaleAnchor = "x", ShowGrid = false, Constrain = "domain" }],
            },
        };
    }

    /// <summary>Every head's attention pattern: a row a layer, a column a head, the same colours in all. For more than about fifty heads see the attention view.</summary>
    /// <param name="patterns">[layer, head, query, key].</param>
    /// <param name="tokens">The token at each position, as text.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AttentionGrid(float[,,,] patterns, IReadOnlyList<string> tokens, string? title = null)
    {
        int layers = patterns.GetLength(0), heads = patterns.GetLength(1);
        SameLength(patterns.GetLength(2), tokens.Count, "The query axis of the patterns", "the tokens");
        SameLength(patterns.GetLength(3), tokens.Count, "The key axis of the patterns", "the tokens");
        List<Trace> traces = [];
        List<Axis> xs = [], ys = [];
        List<Annotation> names = [];
        const int cell = 120, gap = 26;
        double width = heads * cell + (heads - 1) * gap, height = layers * cell + (layers - 1) * gap;
        for (int l = 0; l < layers; l++)
        {
            for (int h = 0; h < heads; h++)
            {
                int number = l * heads + h + 1;
                string suffix = number == 1 ? "" : $"{number}";
                double left = h * (cell + gap) / width, top = 1 - l * (cell + gap) / height;
                traces.Add(Pattern(Slice(patterns, l, h), tokens) with
                {
                    XAxis = "x" + suffix,
                    YAxis = "y" + suffix,
                    ShowScale = number == 1,
                    ColorBar = new ColorBar { Title = "attention (share)" },
                });
                bool bottom = l == layers - 1, start = h == 0;
                xs.Add(new Axis { Title = bottom ? "key (position)" : null, Domain = [left, Math.Min(left + cell / width, 1)], Anchor = "y" + suffix, ShowTickLabels = bottom, ShowGrid = false, NTicks = 4 });
                ys.Add(new Axis { Title = start ? "query (position)" : null, Domain = [Math.Max(top - cell / height, 0), top], Anchor = "x" + suffix, ShowTickLabels = start, ShowGrid = false, NTicks = 4, AutoRange = "reversed" });
                names.Add(new Annotation { Text = $"{l}.{h}", X = left, Y = top, XRef = "paper", YRef = "paper", XAnchor = "left", YAnchor = "bottom", Font = new Font { Size = 11 } });
            }
        }
        Margin margin = new(56, 84, 64, 48);
        return new Figure
        {
            Traces = traces,
            Layout = new Layout
            {
                Title = title ?? "Attention patterns (layer.head)",
                XAxes = xs,
                YAxes = ys,
                Annotations = names,
                Margin = margin,
                ShowLegend = false,
                Width = (int)width + margin.L + margin.R,
                Height = (int)height + margin.T + margin.B,
            },
        };
    }

    private static HeatmapTrace Pattern(float[,] pattern, IReadOnlyList<string> tokens)
    {
        int n = tokens.Count;
        float[,] visible = new float[n, n];
        // Keys after the query are not attended to by construction: leave them empty rather than draw a zero.
        for (int q = 0; q < n; q++)
            for (int k = 0; k < n; k++)
                visible[q, k] = k > q && pattern[q, k] == 0 ? float.NaN : pattern[q, k];
        return new HeatmapTrace
        {
            Z = visible,
            ZMin = 0,
            ZMax = 1,
            ColorScale = ColorScale.Viridis,
            HoverTemplate = "%{y} → %{x}: %{z:.2f}<extra></extra>",
        };
    }

    private static float[,] Slice(float[,,,] patterns, int layer, int head)
    {
        int n = patterns.GetLength(2), m = patterns.GetLength(3);
        float[,] slice = new float[n, m];
        for (int q = 0; q < n; q++)
            for (int k = 0; k < m; k++)
                slice[q, k] = patterns[layer, head, q, k];
        return slice;
    }

    private const int MostLabels = 40;

    /// <summary>Every position of a short text; for a long one only so many that their labels do not overlap.</summary>
    private static IEnumerable<double> TokenTicks(int count)
    {
        int step = Math.Max(1, (int)Math.Ceiling(count / (double)MostLabels));
        for (int i = 0; i < count; i += step) yield return i;
    }
}
