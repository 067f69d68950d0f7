namespace Interp.Plotly;

/// <summary>A rectangle or a line behind or above the data.</summary>
public sealed record Shape
{
    /// <summary>"rect" or "line".</summary>
    public string Type { get; init; } = "rect";

    /// <summary>The axis x0 and x1 belong to ("x", "x2", …), or "x domain" (0 to 1 across the plot).</summary>
    public string XRef { get; init; } = "x";

    /// <summary>The axis y0 and y1 belong to, or "y domain".</summary>
    public string YRef { get; init; } = "y";

    /// <summary>The left end.</summary>
    public double X0 { get; init; }

    /// <summary>The right end.</summary>
    public double X1 { get; init; }

    /// <summary>The lower end.</summary>
    public double Y0 { get; init; }

    /// <summary>The upper end.</summary>
    public double Y1 { get; init; }

    /// <summary>The colour inside.</summary>
    public string? FillColor { get; init; }

    /// <summary>The outline.</summary>
    public Line? Line { get; init; }

    /// <summary>"below" or "above" the data.</summary>
    public string? Layer { get; init; }
}
