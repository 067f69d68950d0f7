using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>Everything about a figure but its data.</summary>
public sealed record Layout
{
    /// <summary>The figure's title.</summary>
    [JsonConverter(typeof(TitleConverter))]
    public string? Title { get; init; }

    /// <summary>The x axes: "x", "x2", ….</summary>
    [JsonIgnore]
    public IReadOnlyList<Axis> XAxes { get; init; } = [new()];

    /// <summary>The y axes: "y", "y2", ….</summary>
    [JsonIgnore]
    public IReadOnlyList<Axis> YAxes { get; init; } = [new()];

    /// <summary>Shaded regions and lines.</summary>
    public IReadOnlyList<Shape>? Shapes { get; init; }

    /// <summary>Text in the figure.</summary>
    public IReadOnlyList<Annotation>? Annotations { get; init; }

    /// <summary>Whether there is a legend.</summary>
    public bool? ShowLegend { get; init; }

    /// <summary>Where the legend is.</summary>
    public Legend? Legend { get; init; }

    /// <summary>The room around the plot.</summary>
    public Margin? Margin { get; init; }

    /// <summary>In pixels; absent: as wide as the page lets it be.</summary>
    public int? Width { get; init; }

    /// <summary>In pixels.</summary>
    public int? Height { get; init; }

    /// <summary>"closest", "x unified", ….</summary>
    public string? HoverMode { get; init; }

    /// <summary>"group", "stack", "overlay" or "relative".</summary>
    public string? BarMode { get; init; }

    /// <summary>Any other attribute that Plotly knows, under its Plotly name.</summary>
    [JsonExtensionData]
    public Dictionary<string, object>? More { get; init; }
}
