using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>
    /// The per-token losses of several models as they train, projected on their first two principal components. A model's
    /// phase change is the thick stretch; an open circle is its start, a square its end.
    /// </summary>
    /// <param name="models">A trajectory a model.</param>
    /// <param name="title">The figure's title.</param>
    /// <param name="highlight">Draws this model in its colour and the others in grey; null colours all.</param>
    public static Figure LossTrajectories(IReadOnlyList<LossTrajectory> models, string? title = null, string? highlight = null)
    {
        List<Trace> traces = [];
        IEnumerable<int> order = Enumerable.Range(0, models.Count).OrderBy(i => models[i].Name == highlight);
        foreach (int i in order)
        {
            LossTrajectory model = models[i];
            SameLength(model.Pc1.Count, model.Tokens.Count, $"PC1 of '{model.Name}'", "its snapshots");
            SameLength(model.Pc2.Count, model.Tokens.Count, $"PC2 of '{model.Name}'", "its snapshots");
            bool muted = highlight is not null && model.Name != highlight;
            string color = muted ? FigureStyle.Muted : FigureStyle.Colors[i % FigureStyle.Colors.Count], name = PlotlyText.Escape(model.Name);
            int last = model.Tokens.Count - 1;
            traces.Add(new ScatterTrace
            {
                Name = name,
                LegendGroup = name,
                Mode = "lines+markers",
                X = Values.From(model.Pc1),
                Y = Values.From(model.Pc2),
                Line = new Line { Color = color, Width = muted ? 1 : 1.6 },
                Opacity = muted ? 0.45 : null,
                Marker = new Marker
                {
                    Color = color,
                    Line = new Line { Width = 0 },
                    Size = Enumerable.Range(0, last + 1).Select(n => n == 0 || n == last ? 8.0 : 3.0).ToArray(),
                    Symbol = Enumerable.Range(0, last + 1).Select(n => n == 0 ? "circle-open" : n == last ? "square" : "circle").ToArray(),
                },
                Text = [.. model.Tokens.Select(t => $"{t:#,0} tokens")],
                HoverTemplate = name + "<br>%{text}<extra></extra>",
            });
            if (model.Window is { } window)
            {
                int[] inside = [.. Enumerable.Range(0, last + 1).Where(n => model.Tokens[n] >= window.Start && model.Tokens[n] <= window.End)];
                traces.Add(new ScatterTrace
                {
                    Name = name + ", phase change",
                    LegendGroup = name,
                    ShowLegend = false,
                    HoverInfo = "skip",
                    X = Values.From(inside.Select(n => model.Pc1[n])),
                    Y = Values.From(inside.Select(n => model.Pc2[n])),
                    Line = new Line { Color = color, Width = 7 },
                    Opacity = muted ? 0.2 : 0.45,
                });
            }
        }
        return new Figure
        {
            Traces = traces,
            Layout = new Layout
            {
                Title = title ?? "Training as a path through per-token losses",
                Height = 460,
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 84, 48),
                XAxes = [new Axis { Title = "PC 1 (nats)" }],
                YAxes = [new Axis { Title = "PC 2 (nats)" }],
            },
        };
    }
}
