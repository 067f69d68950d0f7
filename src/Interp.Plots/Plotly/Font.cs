namespace Interp.Plotly;

/// <summary>How text is drawn.</summary>
public sealed record Font
{
    /// <summary>A CSS font-family list.</summary>
    public string? Family { get; init; }

    /// <summary>In pixels.</summary>
    public double? Size { get; init; }

    /// <summary>A CSS colour.</summary>
    public string? Color { get; init; }
}
