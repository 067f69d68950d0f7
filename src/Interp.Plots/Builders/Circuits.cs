using System.Numerics;
using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>Eigenvalues in the complex plane: those of a copying head's full OV circuit lie on the right (Elhage et al. 2021).</summary>
    /// <param name="circuits">A name and its eigenvalues, such as <see cref="FactoredMatrix.Eigenvalues"/> gives them.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure Eigenvalues(IReadOnlyList<(string Name, IReadOnlyList<Complex> Values)> circuits, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(circuits);
        return new Figure
        {
            Traces =
            [
                .. circuits.Select((circuit, i) => new ScatterTrace
                {
                    Name = PlotlyText.Escape(circuit.Name),
                    Mode = "markers",
                    X = Values.From(circuit.Values.Select(value => value.Real)),
                    Y = Values.From(circuit.Values.Select(value => value.Imaginary)),
                    Marker = new Marker { Color = FigureStyle.Colors[i % FigureStyle.Colors.Count], Symbol = Symbols[i % Symbols.Length], Size = 7, Opacity = 0.75 },
                    HoverTemplate = PlotlyText.Escape(circuit.Name) + ": %{x:.3g} + %{y:.3g}i<extra></extra>",
                }),
            ],
            Layout = new Layout
            {
                Title = title is null ? "Eigenvalues" : PlotlyText.Escape(title),
                Height = 400,
                ShowLegend = true,
                Legend = LegendAbove,
                Margin = new Margin(56, 16, 84, 48),
                XAxes = [new Axis { Title = "real part (logits)", ZeroLine = true }],
                YAxes = [new Axis { Title = "imaginary part (logits)", ZeroLine = true, ScaleAnchor = "x" }],
            },
        };
    }

    /// <summary>How much each later head reads of what each earlier head writes: a row an earlier head, a column a later one; a cell is empty where the second does not come after the first.</summary>
    /// <param name="scores">[earlier layer, earlier head, later layer, later head], from <see cref="Composition"/>.</param>
    /// <param name="measure">The score with its unit.</param>
    /// <param name="title">The figure's title.</param>
    /// <param name="baseline">Subtracted from each score: that of random matrices, <see cref="Composition.Baseline"/>.</param>
    public static Figure CompositionScores(double[,,,] scores, string measure = "composition (share of norm)", string? title = null, double baseline = 0)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int layers = scores.GetLength(0), heads = scores.GetLength(1), before = (layers - 1) * heads;
        float[,] values = new float[before, before];
        for (int row = 0; row < before; row++)
            for (int column = 0; column < before; column++)
            {
                (int l1, int h1, int l2, int h2) = (row / heads, row % heads, 1 + column / heads, column % heads);
                values[row, column] = l2 > l1 ? (float)(scores[l1, h1, l2, h2] - baseline) : float.NaN;
            }
        return Effects(
            values, [.. Enumerable.Range(0, before).Select(i => $"{i / heads}.{i % heads}")], [.. Enumerable.Range(0, before).Select(i => $"{1 + i / heads}.{i % heads}")],
            "earlier head (layer.head)", "later head (layer.head)", measure, title ?? "Composition");
    }
}
