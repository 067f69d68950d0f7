using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    private static readonly string[] Symbols = ["circle", "square", "diamond", "triangle-up", "cross", "x"];

    /// <summary>Copying against prefix matching, a point a head, coloured by kind: induction heads stand in the upper right corner.</summary>
    /// <param name="heads">X: prefix matching, 0 to 1; Y: copying, −1 to 1.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure CopyingAgainstPrefix(IReadOnlyList<HeadPoint> heads, string? title = null)
    {
        List<Trace> traces = [];
        foreach (IGrouping<string, HeadPoint> kind in heads.GroupBy(h => h.Kind ?? HeadKinds.Other).OrderByDescending(g => HeadKinds.Order(g.Key)))
            traces.Add(new ScatterTrace
            {
                Name = kind.Key,
                Mode = "markers",
                X = Values.From(kind.Select(h => h.X)),
                Y = Values.From(kind.Select(h => h.Y)),
                Text = [.. kind.Select(h => PlotlyText.Escape((h.Model is null ? "" : h.Model + ", ") + "head " + h.Name))],
                Marker = new Marker { Color = HeadKinds.Color(kind.Key), Size = 8, Opacity = 0.8 },
                HoverTemplate = "%{text}<br>prefix %{x:.2f}, copying %{y:.2f}<extra></extra>",
            });
        return new Figure
        {
            Traces = traces,
            Layout = new Layout
            {
                Title = title ?? "Copying against prefix matching",
                Height = 420,
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 68, 48),
                XAxes = [new Axis { Title = PrefixTitle, Range = [-0.03, 1.03] }],
                YAxes = [new Axis { Title = "copying (−1 to 1)", Range = [-1.06, 1.06], ZeroLine = true }],
            },
        };
    }

    /// <summary>Prefix matching of every head of several models against its depth in the model, a strip of points a model.</summary>
    /// <param name="heads">X: prefix matching, 0 to 1; Layers: the number of layers of the model.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure PrefixByDepth(IReadOnlyList<HeadPoint> heads, string? title = null)
    {
        List<Trace> traces = [];
        int index = 0;
        IGrouping<string, HeadPoint>[] models = [.. heads.GroupBy(h => h.Model ?? "model")];
        foreach (IGrouping<string, HeadPoint> model in models)
        {
            // Models stand side by side within a layer's place, heads of a layer a little apart, so that no point hides another.
            double shift = models.Length == 1 ? 0 : 0.5 * (index / (models.Length - 1.0) - 0.5);
            traces.Add(new ScatterTrace
            {
                Name = PlotlyText.Escape(model.Key),
                Mode = "markers",
                X = Values.From(model.Select(h => h.Layer + shift)),
                Y = Values.From(model.Select(h => h.X)),
                Text = [.. model.Select(h => PlotlyText.Escape(model.Key) + ", head " + h.Name)],
                Marker = new Marker
                {
                    Color = FigureStyle.Colors[index % FigureStyle.Colors.Count],
                    Size = 8,
                    Opacity = 0.75,
                    Symbol = Symbols[index % Symbols.Length],
                },
                HoverTemplate = "%{text}: %{y:.2f}<extra></extra>",
            });
            index++;
        }
        int layers = heads.Count == 0 ? 1 : heads.Max(h => h.Layer) + 1;
        return new Figure
        {
            Traces = traces,
            Layout = new Layout
            {
                Title = title ?? "Prefix matching by depth",
                Height = 400,
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 84, 48),
                XAxes = [new Axis
                {
                    Title = "layer of the head (from 0)", Range = [-0.5, layers - 0.5], ShowGrid = false,
                    TickVals = [.. Enumerable.Range(0, layers).Select(l => (double)l)], TickText = [.. Enumerable.Range(0, layers).Select(l => $"{l}")],
                }],
                YAxes = [new Axis { Title = PrefixTitle, Range = [-0.02, 1.02] }],
            },
        };
    }
}
