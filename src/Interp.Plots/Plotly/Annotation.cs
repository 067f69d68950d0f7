namespace Interp.Plotly;

/// <summary>Text at a point of the figure.</summary>
public sealed record Annotation
{
    /// <summary>The text; Plotly reads a few HTML tags in it, so escape what is not yours with <see cref="PlotlyText.Escape"/>.</summary>
    public required string Text { get; init; }

    /// <summary>The point's x (on a logarithmic axis: its logarithm).</summary>
    public double X { get; init; }

    /// <summary>The point's y.</summary>
    public double Y { get; init; }

    /// <summary>The axis x belongs to, "x domain", or "paper".</summary>
    public string XRef { get; init; } = "x";

    /// <summary>The axis y belongs to, "y domain", or "paper".</summary>
    public string YRef { get; init; } = "y";

    /// <summary>Whether an arrow leads from the text to the point.</summary>
    public bool ShowArrow { get; init; }

    /// <summary>"left", "center" or "right": which end of the text is at the point.</summary>
    public string? XAnchor { get; init; }

    /// <summary>"top", "middle" or "bottom".</summary>
    public string? YAnchor { get; init; }

    /// <summary>The text's colour and size.</summary>
    public Font? Font { get; init; }
}
