using System.Globalization;
using Interp.Plotly;

namespace Interp;

public static partial class Plot
{
    /// <summary>The scores of every head as a table of coloured cells: a row a head with its kind, a column a score, all on one scale from −1 (blue) to 1 (red).</summary>
    /// <param name="scores">The heads' scores.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure HeadScoreTable(HeadScores scores, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        (string Name, Func<HeadScore, double> Of)[] columns =
        [
            ("prefix matching", s => s.PrefixMatchingVaried), ("copying", s => s.CopyingSigned), ("previous token", s => s.PreviousToken), ("duplicate token", s => s.DuplicateToken), ("first token", s => s.FirstToken),
        ];
        float[,] values = new float[scores.Count, columns.Length];
        string[][] texts = [.. scores.Select(s => columns.Select(c => c.Of(s).ToString("F2", CultureInfo.InvariantCulture).Replace('-', '−')).ToArray())];
        for (int row = 0; row < scores.Count; row++)
            for (int column = 0; column < columns.Length; column++)
                values[row, column] = (float)columns[column].Of(scores[row]);
        string[] heads = [.. scores.Select(s => $"{s.Layer}.{s.Head}" + (s.Kind == HeadKind.Other ? "" : $" {Words(s.Kind)}"))];
        return new Figure
        {
            Traces =
            [
                new HeatmapTrace
                {
                    Z = values, ZMin = -1, ZMax = 1, ColorScale = ColorScale.Diverging, XGap = 1, YGap = 1, ShowScale = false,
                    HoverTemplate = "%{y}: %{x} %{z:.3f}<extra></extra>",
                    More = new() { ["text"] = texts, ["texttemplate"] = "%{text}" },
                },
            ],
            Layout = new Layout
            {
                Title = title is null ? "Head scores" : PlotlyText.Escape(title),
                Height = 104 + 26 * Math.Max(2, scores.Count),
                Width = 640,
                Margin = new Margin(56, 16, 88, 16),
                XAxes = [Places([.. columns.Select(c => c.Name)]) with { Title = "score (−1 to 1)", More = new() { ["side"] = "top" } }],
                YAxes = [Places(heads) with { Title = "head (layer.head)", AutoRange = "reversed" }],
            },
        };
    }

    private static Axis Places(string[] labels) => new() { TickVals = [.. Enumerable.Range(0, labels.Length).Select(i => (double)i)], TickText = labels, ShowGrid = false };

    private static string Words(HeadKind kind) => kind switch
    {
        HeadKind.AntiCopyingPrefixSearch => "anti-copying prefix search",
        HeadKind.PreviousToken => "previous token",
        HeadKind.DuplicateToken => "duplicate token",
        HeadKind.PositionalDecoy => "fixed offset",
        HeadKind.FirstToken => "first token",
        _ => "induction",
    };
}
