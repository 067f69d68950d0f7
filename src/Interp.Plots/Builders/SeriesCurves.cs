using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>Loss at a late index minus loss at index i, against i, a curve a model: nearly the same curve for every size once induction heads are there.</summary>
    /// <param name="models">X: token index i; Y: L(late) − L(i) in nats.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LateMinusIndex(IReadOnlyList<NamedCurve> models, string? title = null) =>
        SeriesFigure(models, IndexAxis(), new Axis { Title = "late loss − loss at index (nats)", ZeroLine = true }, "index %{x}: %{y:.3f} nats", title ?? "Late loss minus loss at each index");

    /// <summary>The loss at each index of the context at the end of training, a curve a model.</summary>
    /// <param name="models">X: token index; Y: mean loss in nats.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LossAgainstIndex(IReadOnlyList<NamedCurve> models, string? title = null) =>
        SeriesFigure(models, IndexAxis(), new Axis { Title = LossTitle }, "index %{x}: %{y:.3f} nats", title ?? "Loss against token index, by model");

    /// <summary>The mean loss at each position, a curve for each set of losses: of several models, or of one under several ablations.</summary>
    /// <param name="models">Names, and losses [batch, position − 1] as <see cref="IHookedModel.Losses"/> gives them.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LossAgainstIndex(IReadOnlyList<(string Name, Tensor Losses)> models, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        return LossAgainstIndex([.. models.Select(m => Interp.LossByIndex.Of(m.Losses) is var loss
            ? new NamedCurve(m.Name, [.. Enumerable.Range(1, loss.Length).Select(i => (double)i)], [.. loss.Select(x => (double)x)]) : null!)], title);
    }

    /// <summary>dLoss/dln(tokens): how fast each model learns at each time. At the phase change the order of the models turns around.</summary>
    /// <param name="models">X: training tokens; Y: dL/dln(tokens) in nats.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure LossSlope(IReadOnlyList<NamedCurve> models, string? title = null)
    {
        double[] all = [.. models.SelectMany(m => m.X).Where(x => x > 0)];
        return SeriesFigure(models, TokensAxis() with { Type = AxisType.Log, TickVals = LogTicks(all), TickText = [.. LogTicks(all).Select(SiNumber)] },
            new Axis { Title = "dL / dln(tokens) (nats)", ZeroLine = true }, "%{x:.3s} tokens: %{y:.3f} nats", title ?? "Speed of learning");
    }

    private static Axis IndexAxis() => new() { Title = "token index (position)" };

    private static string SiNumber(double x) => x >= 1e6 ? $"{x / 1e6:0.#}M" : x >= 1e3 ? $"{x / 1e3:0.#}k" : $"{x:0.#}";

    private static Figure SeriesFigure(IReadOnlyList<NamedCurve> models, Axis x, Axis y, string hover, string title) => new()
    {
        Traces = [.. models.Select((m, i) => SeriesCurve(m, i, hover))],
        Layout = new Layout { Title = title, XAxes = [x], YAxes = [y], ShowLegend = true, Legend = LegendAbove, Margin = new Margin(56, 16, 84, 48), Height = 400 },
    };
}
