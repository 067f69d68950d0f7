using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>Any measure over training for several runs, one colour a run. A run's phase change is drawn as a thicker stretch of its curve.</summary>
    /// <param name="runs">A curve a run: training tokens against the measure.</param>
    /// <param name="measure">The measure with its unit, e.g. "loss (nats/token)".</param>
    /// <param name="title">The figure's title.</param>
    public static Figure TrainingCurves(IReadOnlyList<NamedCurve> runs, string measure = LossTitle, string? title = null)
    {
        List<Trace> traces = [];
        for (int i = 0; i < runs.Count; i++)
        {
            NamedCurve run = runs[i];
            string color = FigureStyle.Colors[i % FigureStyle.Colors.Count];
            traces.Add(SeriesCurve(run, i, "%{x:.3s} tokens: %{y:.3f}"));
            if (run.Window is { } window && Inside(run, window) is { X.Count: > 0 } inside)
                traces.Add(new ScatterTrace
                {
                    Name = run.Name + ", phase change",
                    LegendGroup = run.Name,
                    ShowLegend = false,
                    HoverInfo = "skip",
                    X = Values.From(inside.X),
                    Y = Values.From(inside.Y),
                    Line = new Line { Color = color, Width = 5.5 },
                    Opacity = 0.55,
                });
        }
        return new Figure
        {
            Traces = traces,
            Layout = new Layout
            {
                Title = title ?? "Training curves",
                XAxes = [TokensAxis()],
                YAxes = [new Axis { Title = measure }],
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 84, 48),
                Height = 400,
            },
        };
    }

    /// <summary>The part of a curve that its phase change spans, with its ends interpolated.</summary>
    private static NamedCurve Inside(NamedCurve curve, TokenWindow window)
    {
        List<double> x = [], y = [];
        void Add(double atX, double atY) { x.Add(atX); y.Add(atY); }
        for (int i = 0; i < curve.X.Count; i++)
        {
            foreach (double edge in new[] { window.Start, window.End })
                if (i > 0 && curve.X[i - 1] < edge && edge < curve.X[i])
                    Add(edge, curve.Y[i - 1] + (curve.Y[i] - curve.Y[i - 1]) * (edge - curve.X[i - 1]) / (curve.X[i] - curve.X[i - 1]));
            if (curve.X[i] >= window.Start && curve.X[i] <= window.End) Add(curve.X[i], curve.Y[i]);
        }
        return new NamedCurve(curve.Name, x, y);
    }

    /// <summary>Curve number <paramref name="index"/> of a series: its colour and, past six, its dashes.</summary>
    private static ScatterTrace SeriesCurve(NamedCurve curve, int index, string hover)
    {
        SameLength(curve.Y.Count, curve.X.Count, $"Y of '{curve.Name}'", "its x values");
        return new ScatterTrace
        {
            Name = PlotlyText.Escape(curve.Name),
            LegendGroup = curve.Name,
            X = Values.From(curve.X),
            Y = Values.From(curve.Y),
            Line = new Line { Color = FigureStyle.Colors[index % FigureStyle.Colors.Count], Dash = index < FigureStyle.Colors.Count ? null : "dash" },
            HoverTemplate = $"{PlotlyText.Escape(curve.Name)}<br>{hover}<extra></extra>",
        };
    }
}
