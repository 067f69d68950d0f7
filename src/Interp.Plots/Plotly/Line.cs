namespace Interp.Plotly;

/// <summary>How a line is drawn.</summary>
public sealed record Line
{
    /// <summary>A CSS colour.</summary>
    public string? Color { get; init; }

    /// <summary>In pixels.</summary>
    public double? Width { get; init; }

    /// <summary>"solid", "dot", "dash", "longdash" or "dashdot".</summary>
    public string? Dash { get; init; }

    /// <summary>"linear", "spline" or "hv" (steps).</summary>
    public string? Shape { get; init; }
}
