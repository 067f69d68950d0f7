using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>What ablating each head does, a bar a head, coloured by kind of head.</summary>
    /// <param name="scores">The heads' scores: their kinds.</param>
    /// <param name="effects">[layer, head], as <see cref="AblatedLosses.Effects"/> gives them.</param>
    /// <param name="measure">The effect with its unit.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AblationBars(HeadScores scores, double[,] effects, string measure = "change of in-context score (nats)", string? title = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(effects);
        SameLength(effects.Length, scores.Count, "The array of effects", "the heads");
        return AblationBars([.. scores.Select(s => ($"{s.Layer}.{s.Head}", effects[s.Layer, s.Head], (string?)HeadKinds.Of(s.Kind)))], measure, title);
    }

    /// <summary>What each ablation does, a bar each, coloured by kind of head.</summary>
    /// <param name="ablations">Label, effect and kind of head, in the order to show.</param>
    /// <param name="measure">The effect with its unit.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AblationBars(
        IReadOnlyList<(string Label, double Effect, string? Kind)> ablations, string measure = "change of in-context score (nats)", string? title = null)
    {
        string[] labels = [.. ablations.Select(a => PlotlyText.Escape(a.Label))];
        List<Trace> traces = [];
        foreach (IGrouping<string, (string Label, double Effect, string? Kind)> kind in ablations.GroupBy(a => a.Kind ?? HeadKinds.Other).OrderBy(g => HeadKinds.Order(g.Key)))
            traces.Add(new BarTrace
            {
                Name = kind.Key,
                X = kind.Select(a => PlotlyText.Escape(a.Label)).ToArray(),
                Y = Values.From(kind.Select(a => a.Effect)),
                Marker = new Marker { Color = HeadKinds.Color(kind.Key) },
                HoverTemplate = "%{x}: %{y:.3f}<extra>" + kind.Key + "</extra>",
            });
        return new Figure
        {
            Traces = traces,
            Layout = new Layout
            {
                Title = title ?? "Ablation",
                BarMode = "overlay",
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 68, 56),
                XAxes = [new Axis
                {
                    Title = "ablated head (layer.head)", Type = AxisType.Category,
                    // Without a fixed order Plotly lists the categories trace by trace.
                    More = new() { ["categoryorder"] = "array", ["categoryarray"] = labels },
                }],
                YAxes = [new Axis { Title = measure, ZeroLine = true }],
            },
        };
    }
}
