using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>Where a figure's legend is.</summary>
public sealed record Legend
{
    /// <summary>"h" (in a row) or "v" (in a column).</summary>
    public string? Orientation { get; init; }

    /// <summary>Its position as a share of the plot's width.</summary>
    public double? X { get; init; }

    /// <summary>Its position as a share of the plot's height.</summary>
    public double? Y { get; init; }

    /// <summary>Which of its ends is at <see cref="X"/>.</summary>
    public string? XAnchor { get; init; }

    /// <summary>Which of its ends is at <see cref="Y"/>.</summary>
    public string? YAnchor { get; init; }

    /// <summary>What its entries are.</summary>
    [JsonConverter(typeof(TitleConverter))]
    public string? Title { get; init; }
}
