using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>The key to a heatmap's colours.</summary>
public sealed record ColorBar
{
    /// <summary>What the colours mean, with the unit.</summary>
    [JsonConverter(typeof(TitleConverter))]
    public string? Title { get; init; }

    /// <summary>The bar's width in pixels.</summary>
    public double? Thickness { get; init; }

    /// <summary>The bar's length as a share of the plot.</summary>
    public double? Len { get; init; }

    /// <summary>Its position as a share of the plot's width.</summary>
    public double? X { get; init; }

    /// <summary>How numbers are written, e.g. ".1f".</summary>
    public string? TickFormat { get; init; }
}
