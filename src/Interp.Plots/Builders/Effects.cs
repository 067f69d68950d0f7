using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>What an intervention or attribution gives for each cell of a grid (layer × head, layer × position, …): red raises, blue lowers, white is 0.</summary>
    /// <param name="values">[row, column]; NaN leaves a cell empty.</param>
    /// <param name="rows">[row] labels; the first row is drawn at the bottom, as early layers are. Tokens are shown with their blanks.</param>
    /// <param name="columns">[column] labels.</param>
    /// <param name="rowTitle">What the rows are, e.g. "layer (index)".</param>
    /// <param name="columnTitle">What the columns are, e.g. "position (token)".</param>
    /// <param name="measure">The value with its unit.</param>
    /// <param name="title">The figure's title.</param>
    /// <exception cref="ArgumentException">There is not one label for each row and column.</exception>
    public static Figure Effects(
        float[,] values, IReadOnlyList<string> rows, IReadOnlyList<string> columns, string rowTitle, string columnTitle, string measure, string? title = null)
    {
        SameLength(values.GetLength(0), rows.Count, "The first axis of the values", "the rows");
        SameLength(values.GetLength(1), columns.Count, "The second axis of the values", "the columns");
        // The same distance to both sides of 0, or white would not be 0.
        double reach = values.Cast<float>().Where(float.IsFinite).Select(x => Math.Abs((double)x)).DefaultIfEmpty(0).Max();
        if (reach == 0) reach = 1;
        return new Figure
        {
            Traces =
            [
                new HeatmapTrace
                {
                    Z = values, ZMin = -reach, ZMax = reach, ColorScale = ColorScale.Diverging, XGap = 1, YGap = 1, ColorBar = new ColorBar { Title = PlotlyText.Escape(measure) },
                    HoverTemplate = $"{Bare(rowTitle)} %{{y}}, {Bare(columnTitle)} %{{x}}: %{{z:.4g}}<extra></extra>",
                },
            ],
            Layout = new Layout
            {
                Title = title is null ? "Effects" : PlotlyText.Escape(title),
                Height = Math.Max(Figure.DefaultHeight, 120 + (rows.Count > MostLabels ? 9 : 16) * rows.Count),
                XAxes = [LabelAxis(columns) with { Title = columnTitle }],
                YAxes = [LabelAxis(rows) with { Title = rowTitle }],
            },
        };
    }

    /// <summary>A matrix in colours: red raises, blue lowers, white is 0. For a circuit's matrix the rows and columns are tokens.</summary>
    /// <param name="values">[row, column]</param>
    /// <param name="rows">[row] labels, the first at the bottom.</param>
    /// <param name="columns">[column] labels.</param>
    /// <param name="rowTitle">What the rows are, e.g. "attended to (token)".</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="measure">The value with its unit.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure Effects(
        Tensor values, IReadOnlyList<string> rows, IReadOnlyList<string> columns, string rowTitle, string columnTitle, string measure, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Rank != 2) throw new ArgumentException($"A matrix has 2 axes; this tensor has {values.Rank}.", nameof(values));
        float[,] matrix = new float[values.Shape[0], values.Shape[1]];
        for (int i = 0; i < values.Length; i++) matrix[i / values.Shape[1], i % values.Shape[1]] = values.Span[i];
        return Effects(matrix, rows, columns, rowTitle, columnTitle, measure, title);
    }

    /// <summary>The effects that patching and attribution give, a row a layer (a head, where positions are told apart too), a column a head or a position.</summary>
    /// <param name="effects">[layer, head]; with tokens [layer, position] or [layer, position, head].</param>
    /// <param name="measure">The value with its unit.</param>
    /// <param name="title">The figure's title.</param>
    /// <param name="tokens">The token at each position, where the effects have positions.</param>
    /// <exception cref="ArgumentException">The effects have another number of axes, or not one position for each token.</exception>
    public static Figure Effects(Tensor effects, string measure, string? title = null, IReadOnlyList<string>? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(effects);
        if (effects.Rank != (tokens is null ? 2 : effects.Rank == 3 ? 3 : 2))
            throw new ArgumentException($"Effects are [layer, head], or with tokens [layer, position] or [layer, position, head]; these have {effects.Rank} axes{(tokens is null ? " and no tokens" : "")}.", nameof(effects));
        int layers = effects.Shape[0], columns = effects.Shape[1], heads = effects.Rank == 3 ? effects.Shape[2] : 1;
        float[,] values = new float[layers * heads, columns];
        for (int row = 0; row < layers * heads; row++)
            for (int column = 0; column < columns; column++)
                values[row, column] = effects.Span[(((row / heads * columns) + column) * heads) + (row % heads)];
        return Effects(
            values, [.. Enumerable.Range(0, layers * heads).Select(row => effects.Rank == 3 ? $"{row / heads}.{row % heads}" : $"{row}")], tokens ?? [.. Enumerable.Range(0, columns).Select(h => $"{h}")],
            effects.Rank == 3 ? "head (layer.head)" : "layer (index)", tokens is null ? "head (index)" : "position (token)", measure, title);
    }

    /// <summary>An effect a head, [layer, head]: of ablating it, of a path from it; NaN leaves a cell empty.</summary>
    /// <inheritdoc cref="Effects(Tensor, string, string, IReadOnlyList{string})"/>
    public static Figure Effects(double[,] effects, string measure, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(effects);
        return Effects(Tensor.From([.. effects.Cast<double>().Select(x => (float)x)], effects.GetLength(0), effects.GetLength(1)), measure, title);
    }

    /// <summary>An axis title without its unit.</summary>
    private static string Bare(string title) => PlotlyText.Escape(title.Split(" (")[0]);

    /// <summary>An axis of cells 0, 1, … with labels; of many cells only some, so that they do not overlap. Labels may repeat, as tokens do.</summary>
    private static Axis LabelAxis(IReadOnlyList<string> labels)
    {
        double[] ticks = [.. TokenTicks(labels.Count)];
        return new Axis { TickVals = ticks, TickText = [.. ticks.Select(t => PlotlyText.Token(labels[(int)t]))], ShowGrid = false };
    }
}
