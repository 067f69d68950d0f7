using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>What each part adds to a sum, a bar each: red adds, blue takes away.</summary>
    /// <param name="parts">Label and value, in the order to show; labels may repeat.</param>
    /// <param name="what">What the parts are, e.g. "component (name)".</param>
    /// <param name="measure">The value with its unit.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure Contributions(IReadOnlyList<(string Label, double Value)> parts, string what, string measure, string? title = null)
    {
        double[] places = [.. Enumerable.Range(0, parts.Count).Select(i => (double)i)];
        return new Figure
        {
            Traces =
            [
                new BarTrace
                {
                    X = places, Y = Values.From(parts.Select(p => p.Value)),
                    Marker = new Marker { Color = parts.Select(p => ColorScale.Diverging.At(p.Value < 0 ? 0.15 : 0.85)).ToArray() },
                    HoverTemplate = "%{customdata}: %{y:.4g}<extra></extra>",
                    More = new() { ["customdata"] = parts.Select(p => PlotlyText.Token(p.Label)).ToArray() },
                },
            ],
            Layout = new Layout
            {
                Title = title is null ? "Contributions" : PlotlyText.Escape(title),
                XAxes = [LabelAxis([.. parts.Select(p => p.Label)]) with { Title = what }],
                YAxes = [new Axis { Title = measure, ZeroLine = true }],
            },
        };
    }
}
