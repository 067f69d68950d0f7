using Interp.Plotly;

namespace Interp.Reports;

/// <summary>A row of the model analysis table.</summary>
/// <param name="Heading">What is measured.</param>
/// <param name="Axes">The axes with their units: small figures have no room for titles.</param>
/// <param name="Sentence">What to see.</param>
/// <param name="Key">What the colours mean; empty where there is nothing to tell apart.</param>
/// <param name="Figures">A figure a model; null where there is nothing to show.</param>
internal sealed record ReportRow(string Heading, string Axes, string Sentence, IReadOnlyList<KeyEntry> Key, IReadOnlyList<ReportFigure?> Figures);

/// <summary>An entry of a row's key: a colour with its meaning, or a scale between two values.</summary>
/// <param name="Label">What the colour, or the low end of the scale, means.</param>
/// <param name="Color">A CSS colour; null for a scale.</param>
/// <param name="Scale">The colours of a scale.</param>
/// <param name="High">What its high end means.</param>
internal sealed record KeyEntry(string Label, string? Color, ColorScale? Scale = null, string? High = null);
