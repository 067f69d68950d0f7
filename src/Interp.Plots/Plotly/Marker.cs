namespace Interp.Plotly;

/// <summary>How points and bars are drawn.</summary>
public sealed record Marker
{
    /// <summary>One CSS colour, or one a point.</summary>
    public Values? Color { get; init; }

    /// <summary>Diameters in pixels: one for all, or one a point.</summary>
    public Values? Size { get; init; }

    /// <summary>"circle", "square", "diamond", "triangle-up", "x", each also with "-open": one for all, or one a point.</summary>
    public Values? Symbol { get; init; }

    /// <summary>0 (invisible) to 1.</summary>
    public double? Opacity { get; init; }

    /// <summary>The outline.</summary>
    public Line? Line { get; init; }
}
