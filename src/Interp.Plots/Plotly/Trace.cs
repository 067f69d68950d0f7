using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>One set of data in a figure; the derived type is Plotly's <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ScatterTrace), "scatter")]
[JsonDerivedType(typeof(BarTrace), "bar")]
[JsonDerivedType(typeof(HeatmapTrace), "heatmap")]
public abstract record Trace
{
    /// <summary>What the legend and the hover label call it.</summary>
    public string? Name { get; init; }

    /// <summary>Traces of one group are shown and hidden together.</summary>
    public string? LegendGroup { get; init; }

    /// <summary>Whether it has a legend entry (Plotly's default: yes when there are several traces).</summary>
    public bool? ShowLegend { get; init; }

    /// <summary>The x axis it belongs to: "x" (the default), "x2", …</summary>
    public string? XAxis { get; init; }

    /// <summary>The y axis it belongs to: "y" (the default), "y2", …</summary>
    public string? YAxis { get; init; }

    /// <summary>The hover label, in Plotly's template language, e.g. <c>"%{x}: %{y:.2f} nats&lt;extra&gt;&lt;/extra&gt;"</c>.</summary>
    public string? HoverTemplate { get; init; }

    /// <summary>"skip" takes the trace out of hovering.</summary>
    public string? HoverInfo { get; init; }

    /// <summary>0 (invisible) to 1.</summary>
    public double? Opacity { get; init; }

    /// <summary>Any other attribute that Plotly knows, under its Plotly name.</summary>
    [JsonExtensionData]
    public Dictionary<string, object>? More { get; init; }
}
