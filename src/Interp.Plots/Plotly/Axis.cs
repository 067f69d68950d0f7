using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>How an axis maps values to positions.</summary>
public enum AxisType
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>By the logarithm to base 10. <see cref="Axis.Range"/> is then in powers of ten.</summary>
    Log,

    /// <summary>One place a category, in order of appearance.</summary>
    Category,
}

/// <summary>One axis of a figure.</summary>
public sealed record Axis
{
    /// <summary>What is measured, with its unit: <c>"loss (nats/token)"</c>.</summary>
    [JsonConverter(typeof(TitleConverter))]
    public string? Title { get; init; }

    /// <summary>How values map to positions.</summary>
    public AxisType? Type { get; init; }

    /// <summary>The first and last value; reversed order turns the axis around.</summary>
    public IReadOnlyList<double>? Range { get; init; }

    /// <summary>"tozero" includes 0 in the automatic range.</summary>
    public string? RangeMode { get; init; }

    /// <summary>"reversed" turns the automatic range around.</summary>
    public string? AutoRange { get; init; }

    /// <summary>Where ticks stand.</summary>
    public IReadOnlyList<double>? TickVals { get; init; }

    /// <summary>What they say.</summary>
    public IReadOnlyList<string>? TickText { get; init; }

    /// <summary>How numbers are written, e.g. "~s" (12 M).</summary>
    public string? TickFormat { get; init; }

    /// <summary>The direction of tick labels in degrees.</summary>
    public double? TickAngle { get; init; }

    /// <summary>About how many ticks.</summary>
    public int? NTicks { get; init; }

    /// <summary>Whether tick labels are drawn.</summary>
    public bool? ShowTickLabels { get; init; }

    /// <summary>Whether grid lines are drawn.</summary>
    public bool? ShowGrid { get; init; }

    /// <summary>Whether the line at 0 is drawn.</summary>
    public bool? ZeroLine { get; init; }

    /// <summary>The part of the figure it spans, e.g. [0, 0.45].</summary>
    public IReadOnlyList<double>? Domain { get; init; }

    /// <summary>The axis it stands on, e.g. "y2".</summary>
    public string? Anchor { get; init; }

    /// <summary>The axis whose range it follows.</summary>
    public string? Matches { get; init; }

    /// <summary>The axis whose units per pixel it shares: square cells.</summary>
    public string? ScaleAnchor { get; init; }

    /// <summary>"domain" shrinks the axis instead of widening its range where <see cref="ScaleAnchor"/> asks for it.</summary>
    public string? Constrain { get; init; }

    /// <summary>Any other attribute that Plotly knows, under its Plotly name.</summary>
    [JsonExtensionData]
    public Dictionary<string, object>? More { get; init; }
}
