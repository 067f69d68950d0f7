namespace Interp.Plotly;

/// <summary>Bars of height y_i at x_i.</summary>
public sealed record BarTrace : Trace
{
    /// <summary>Where the bars stand (numbers or categories).</summary>
    public required Values X { get; init; }

    /// <summary>Their heights, as many as x values.</summary>
    public required Values Y { get; init; }

    /// <summary>How the bars are drawn.</summary>
    public Marker? Marker { get; init; }

    /// <summary>One label a bar.</summary>
    public IReadOnlyList<string>? Text { get; init; }
}
