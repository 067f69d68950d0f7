using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>What is left of each model's in-context score without its induction heads, and without as many others: the proof that it is these heads.</summary>
    /// <param name="models">The model, its score, its score with the induction heads ablated, and its score with as many other heads ablated; in nats.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure AblationComparison(IReadOnlyList<(string Model, double Whole, double WithoutInduction, double WithoutOthers)> models, string? title = null)
    {
        string[] names = [.. models.Select(m => PlotlyText.Escape(m.Model))];
        BarTrace Bars(string name, string color, Func<(string, double Whole, double WithoutInduction, double WithoutOthers), double> score) => new()
        {
            Name = name,
            X = names,
            Y = Values.From(models.Select(score)),
            Marker = new Marker { Color = color },
            HoverTemplate = "%{x}: %{y:.2f} nats<extra>" + name + "</extra>",
        };
        return new Figure
        {
            Traces =
            [
                Bars("whole", FigureStyle.Colors[0], m => m.Whole),
                Bars("as many other heads ablated", FigureStyle.Muted, m => m.WithoutOthers),
                Bars("induction heads ablated", HeadKinds.Color(HeadKinds.Induction), m => m.WithoutInduction),
            ],
            Layout = new Layout
            {
                Title = title ?? "In-context score with heads ablated",
                BarMode = "group",
                Height = 400,
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 84, 56),
                XAxes = [new Axis
                {
                    Title = "model (by layers)", Type = AxisType.Category, TickAngle = 0,
                    TickVals = [.. Enumerable.Range(0, names.Length).Select(i => (double)i)], TickText = [.. names.Select(TwoLines)],
                }],
                YAxes = [new Axis { Title = ScoreTitle, ZeroLine = true }],
            },
        };
    }

    /// <summary>A long name broken at the blank nearest its middle.</summary>
    private static string TwoLines(string name)
    {
        int[] blanks = [.. Enumerable.Range(0, name.Length).Where(i => name[i] == ' ')];
        if (name.Length < 10 || blanks.Length == 0) return name;
        int middle = blanks.MinBy(i => Math.Abs(i - name.Length / 2));
        return name[..middle] + "<br>" + name[(middle + 1)..];
    }
}
