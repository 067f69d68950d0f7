namespace Interp.Reports;

/// <summary>A figure of a report: it stands in the page and, by its name, in a file of its own.</summary>
/// <param name="Name">The file's name without its ending, such as <c>loss-2-layer</c>.</param>
/// <param name="Figure">The figure, with the title and size it has alone.</param>
internal sealed record ReportFigure(string Name, Figure Figure);
