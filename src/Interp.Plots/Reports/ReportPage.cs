using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Plotly;
using Interp.Rendering;

namespace Interp.Reports;

/// <summary>
/// A page of figures in a folder: <c>index.html</c>, <c>figures/NAME.html</c> for each figure alone, and plotly.js beside them, once, where the
/// library was built with it. Figures are drawn when they scroll into view.
/// </summary>
internal sealed class ReportPage(string title)
{
    private const string PlotlyFile = "plotly.min.js", FigureFolder = "figures";

    private readonly StringBuilder _body = new();
    private readonly List<ReportFigure> _figures = [];

    /// <summary>Adds HTML as it is.</summary>
    public void Html(string html) => _body.Append(html).Append('\n');

    /// <summary>Adds a heading and a paragraph.</summary>
    public void Section(string heading, string paragraph) => Html($"<h2>{Text(heading)}</h2>\n<p>{Text(paragraph)}</p>");

    /// <summary>Adds a figure with a caption.</summary>
    public void Add(ReportFigure figure, string caption) =>
        Html($"<figure>{Place(figure, figure.Figure)}<figcaption>{Text(caption)} {Link(figure, "Open alone")}</figcaption></figure>");

    /// <summary>A table of small figures: a column a model, a row a measure.</summary>
    /// <param name="columns">The columns' headings.</param>
    /// <param name="rows">Each row's heading, the sentence that says what to see, and a figure for each column (null: nothing to show).</param>
    public void Table(IReadOnlyList<string> columns, IReadOnlyList<(string Heading, string Sentence, IReadOnlyList<ReportFigure?> Figures)> rows)
    {
        Html($"""<div class="scroll"><table class="models" style="--columns:{columns.Count}"><thead><tr>""");
        foreach (string column in columns) Html($"<th scope=\"col\">{Text(column)}</th>");
        Html("</tr></thead><tbody>");
        foreach ((string heading, string sentence, IReadOnlyList<ReportFigure?> figures) in rows)
        {
            Html($"""<tr class="says"><th scope="rowgroup" colspan="{columns.Count}"><div><strong>{Text(heading)}.</strong> {Text(sentence)}</div></th></tr><tr>""");
            foreach (ReportFigure? figure in figures)
                Html(figure is null ? "<td class=\"none\">none</td>" : $"<td>{Place(figure, figure.AsCell())}{Link(figure, "open")}</td>");
            Html("</tr>");
        }
        Html("</tbody></table></div>");
    }

    /// <summary>Writes everything into a folder and returns the full path of its <c>index.html</c>.</summary>
    public string Write(string folder)
    {
        string figures = Path.Combine(folder, FigureFolder);
        Directory.CreateDirectory(figures);
        string? script = PlotlyBundle.IsEmbedded ? PlotlyFile : null;
        if (script is not null) File.WriteAllText(Path.Combine(folder, script), PlotlyBundle.Script);
        foreach (ReportFigure figure in _figures)
            File.WriteAllText(Path.Combine(figures, figure.Name + ".html"), FigureHtml.Page(figure.Figure, PlotlySource.Page, script is null ? null : "../" + script));
        string path = Path.GetFullPath(Path.Combine(folder, "index.html"));
        File.WriteAllText(path, Page(script));
        return path;
    }

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    private string Place(ReportFigure figure, Figure shown)
    {
        _figures.Add(figure);
        JsonObject node = shown.ToNode();
        node["config"]!["displayModeBar"] = false;
        string json = PlotlyBundle.ForScriptElement(node.ToJsonString(PlotlyJson.Options));
        return $"""<div class="figure" style="height:{(int)node["layout"]!["height"]!}px"><script type="application/json">{json}</script></div>""";
    }

    private static string Link(ReportFigure figure, string text) => $"""<a class="alone" href="{FigureFolder}/{figure.Name}.html">{text}</a>""";

    private string Page(string? script) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <style>
        {PlotlyBundle.Own("report.css")}
        </style>
        </head>
        <body>
        <main>
        {_body}
        </main>
        <script src="{script ?? PlotlyBundle.PublicAddress}"></script>
        <script>
        {FigureHtml.Runtime(PlotlySource.Page)}
        {PlotlyBundle.Own("report.js")}
        </script>
        </body>
        </html>

        """;
}
