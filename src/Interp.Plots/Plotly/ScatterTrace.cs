namespace Interp.Plotly;

/// <summary>Points, lines or both: (x_i, y_i). NaN leaves a gap.</summary>
public sealed record ScatterTrace : Trace
{
    /// <summary>The x values (numbers or categories).</summary>
    public required Values X { get; init; }

    /// <summary>The y values, as many as x values.</summary>
    public required Values Y { get; init; }

    /// <summary>"lines", "markers", "text" or a sum such as "lines+markers".</summary>
    public string Mode { get; init; } = "lines";

    /// <summary>How lines are drawn.</summary>
    public Line? Line { get; init; }

    /// <summary>How points are drawn.</summary>
    public Marker? Marker { get; init; }

    /// <summary>One label a point.</summary>
    public IReadOnlyList<string>? Text { get; init; }

    /// <summary>Where a label stands relative to its point, e.g. "top center".</summary>
    public string? TextPosition { get; init; }

    /// <summary>What the area between the line and something else is filled to, e.g. "tozeroy".</summary>
    public string? Fill { get; init; }

    /// <summary>The colour of that area.</summary>
    public string? FillColor { get; init; }
}
