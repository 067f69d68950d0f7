using Interp.Plotly;

namespace Interp;

/// <summary>
/// Builds the figures of this field. Inputs are plain arrays, so that numbers from anywhere can be drawn; every axis says what it is
/// and its unit. A builder a file, in <c>Builders/</c>.
/// </summary>
public static partial class Plot
{
    private const string TokensTitle = "training tokens (count)";
    private const string LossTitle = "loss (nats/token)";
    private const string ScoreTitle = "in-context score (nats)";
    private const string PrefixTitle = "prefix matching (share of attention)";

    private static Axis TokensAxis() => new() { Title = TokensTitle, TickFormat = "~s" };

    private static Legend LegendAbove { get; } = new() { Orientation = "h", X = 0, Y = 1.02, XAnchor = "left", YAnchor = "bottom" };

    /// <summary>The phase change as a shaded band over a panel's whole height; nothing without one.</summary>
    private static Shape[] Shade(TokenWindow? window, string x = "x", string y = "y") => window is null ? [] :
    [
        new Shape
        {
            XRef = x, YRef = y + " domain", X0 = window.Start, X1 = window.End, Y0 = 0, Y1 = 1,
            FillColor = FigureStyle.WindowShade, Line = new Line { Width = 0 }, Layer = "below",
        },
    ];

    /// <summary>The edges of the phase change, for figures whose background is data.</summary>
    private static Shape[] Edges(TokenWindow? window, string color) => window is null ? [] :
    [
        .. new[] { window.Start, window.End }.Select(at => new Shape
        {
            Type = "line", YRef = "y domain", X0 = at, X1 = at, Y0 = 0, Y1 = 1, Line = new Line { Color = color, Width = 1.2, Dash = "dash" },
        }),
    ];

    /// <summary>Throws with both lengths when they differ.</summary>
    private static void SameLength(int actual, int expected, string what, string of)
    {
        if (actual != expected) throw new ArgumentException($"{what} has {actual} values and must have {expected}: one for each of {of}.");
    }
}
