using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>The mean loss at each position of the context over training: after the phase change it goes on falling along the context.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="loss">[snapshots, positions] mean loss in nats.</param>
    /// <param name="window">The phase change, marked by two dashed lines; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    /// <param name="index">[positions] the position of each column; absent: 1, 2, ….</param>
    public static Figure LossByIndex(IReadOnlyList<double> tokens, float[,] loss, TokenWindow? window = null, string? title = null, IReadOnlyList<double>? index = null) =>
        SnapshotHeatmap(tokens, index, loss, ColorScale.Cividis, null, "nats/token", "#ffffff", window, title ?? "Loss by token index");

    /// <summary>∂L/∂ln(i): how the loss falls along the context, over training. Blue: later tokens are predicted better.</summary>
    /// <param name="tokens">[snapshots] training tokens seen.</param>
    /// <param name="derivative">[snapshots, positions] ∂L/∂ln(i) in nats.</param>
    /// <param name="window">The phase change, marked by two dashed lines; null when there is none.</param>
    /// <param name="title">The figure's title.</param>
    /// <param name="index">[positions] the position of each column; absent: 1, 2, ….</param>
    public static Figure LossDerivative(IReadOnlyList<double> tokens, float[,] derivative, TokenWindow? window = null, string? title = null, IReadOnlyList<double>? index = null)
    {
        // The same distance to both sides of 0, or white would not be 0; the 98th percentile, or one wild cell would drown the rest.
        double[] sizes = [.. derivative.Cast<float>().Where(float.IsFinite).Select(x => Math.Abs((double)x)).Order()];
        double reach = sizes.Length == 0 ? 1 : Math.Max(sizes[(int)(0.98 * (sizes.Length - 1))], 1e-6);
        return SnapshotHeatmap(tokens, index, derivative, ColorScale.Diverging, reach, "nats per ln(index)", "#24292f", window, title ?? "Loss derivative ∂L/∂ln(index)");
    }

    private static Figure SnapshotHeatmap(
        IReadOnlyList<double> tokens, IReadOnlyList<double>? index, float[,] values, ColorScale colors, double? reach, string unit, string edgeColor, TokenWindow? window, string title)
    {
        int snapshots = values.GetLength(0), positions = values.GetLength(1);
        SameLength(snapshots, tokens.Count, "The first axis of the matrix", "the snapshots in tokens");
        index ??= [.. Enumerable.Range(1, positions).Select(i => (double)i)];
        SameLength(positions, index.Count, "The second axis of the matrix", "the positions in index");
        float[,] z = new float[positions, snapshots];
        for (int n = 0; n < snapshots; n++)
            for (int i = 0; i < positions; i++)
                z[i, n] = values[n, i];
        return new Figure
        {
            Traces =
            [
                new HeatmapTrace
                {
                    X = Values.From(tokens), Y = Values.From(index), Z = z, ColorScale = colors, ZMin = -reach, ZMax = reach,
                    ColorBar = new ColorBar { Title = unit },
                    HoverTemplate = "%{x:.3s} tokens, index %{y}: %{z:.3f} " + unit + "<extra></extra>",
                },
            ],
            Layout = new Layout
            {
                Title = title,
                XAxes = [TokensAxis() with { ShowGrid = false }],
                YAxes = [new Axis { Title = "token index (position)", Type = AxisType.Log, ShowGrid = false, TickVals = LogTicks(index), TickText = [.. LogTicks(index).Select(t => $"{t}")] }],
                Shapes = Edges(window, edgeColor),
            },
        };
    }

    /// <summary>1, 2, 5, 10, … within the range of <paramref name="values"/>.</summary>
    private static double[] LogTicks(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return [];
        double low = values.Min(), high = values.Max();
        return [.. Enumerable.Range(0, 10).Select(e => Math.Pow(10, e)).SelectMany(p => (double[])[p, 2 * p, 5 * p]).Where(t => t >= low && t <= high)];
    }
}
