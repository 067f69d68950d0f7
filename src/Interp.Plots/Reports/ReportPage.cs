using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Plotly;
using Interp.Rendering;

namespace Interp.Reports;

/// <summary>
/// A page of figures in a folder: <c>index.html</c>, <c>figures/NAME.html</c> for each figure alone, and plotly.js beside them, once, where the
/// library was built with it. Figures are drawn when they scroll into view; small ones open large at a click.
/// </summary>
internal sealed class ReportPage(string title)
{
    private const string PlotlyFile = "plotly.min.js", FigureFolder = "figures";

    private readonly StringBuilder _body = new();
    private readonly List<ReportFigure> _figures = [];

    /// <summary>Adds HTML as it is.</summary>
    public void Html(string html) => _body.Append(html).Append('\n');

    /// <summary>Adds a heading and a paragraph.</summary>
    /// <param name="id">The heading's name in addresses.</param>
    /// <param name="heading">The heading.</param>
    /// <param name="paragraph">The paragraph.</param>
    public void Section(string id, string heading, string paragraph) => Html($"<h2 id=\"{id}\">{Text(heading)}</h2>\n<p>{Text(paragraph)}</p>");

    /// <summary>Adds a figure with a caption.</summary>
    public void Add(ReportFigure figure, string caption) => Html(Captioned(figure, caption));

    /// <summary>Adds a view with a caption.</summary>
    public void AddView(HtmlView view, string caption) => Html($"<figure>{view.ToHtml()}<figcaption>{Text(caption)}</figcaption></figure>");

    /// <summary>Adds figures with captions, side by side where the page is wide enough.</summary>
    public void AddPairs(IReadOnlyList<(ReportFigure Figure, string Caption)> figures)
    {
        Html("<div class=\"pairs\">");
        foreach ((ReportFigure figure, string caption) in figures) Add(figure, caption);
        Html("</div>");
    }

    /// <summary>The model analysis table: a column a model, a row a measure, each introduced by the sentence that says what to see.</summary>
    /// <param name="columns">The models' names.</param>
    /// <param name="rows">The measures.</param>
    public void Table(IReadOnlyList<string> columns, IReadOnlyList<ReportRow> rows)
    {
        foreach (ReportRow row in rows)
        {
            Html($"""<section class="row"><div class="says"><h3>{Text(row.Heading)}</h3><p>{Text(row.Sentence)}</p><p class="axes"><span>{Text(row.Axes)}</span>{Key(row.Key)}</p></div>""");
            Html($"""<div class="cells" style="--columns:{columns.Count}">""");
            for (int i = 0; i < columns.Count; i++)
            {
                Html(row.Figures[i] is { } figure
                    ? $"<figure class=\"cell\"><figcaption>{Text(columns[i])}</figcaption>{Place(figure, small: true)}</figure>"
                    : $"<figure class=\"cell\"><figcaption>{Text(columns[i])}</figcaption><div class=\"none\">not defined for one layer</div></figure>");
            }
            Html("</div></section>");
        }
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

    private string Captioned(ReportFigure figure, string caption) =>
        $"""<figure><h3>{Text(figure.Figure.Layout.Title ?? figure.Name)}</h3>{Place(figure, small: false)}<figcaption>{Text(caption)} <a class="alone" href="{FigureFolder}/{figure.Name}.html">Open alone</a></figcaption></figure>""";

    private string Place(ReportFigure figure, bool small)
    {
        _figures.Add(figure);
        // The page's own heading takes the place of the title: it wraps where a column is narrow.
        JsonObject node = (figure.Figure with { Layout = figure.Figure.Layout with { Title = null, Margin = small ? null : new Margin(56, 16, 16, 48) } }).ToNode();
        node["config"]!["displayModeBar"] = false;
        string json = PlotlyBundle.ForScriptElement(node.ToJsonString(PlotlyJson.Options));
        string alone = $"{FigureFolder}/{figure.Name}.html", name = Text(figure.Figure.Layout.Title ?? figure.Name);
        return small
            ? $"""<div class="figure small" role="button" tabindex="0" aria-label="{name}: enlarge" data-alone="{alone}" data-title="{name}"><script type="application/json">{json}</script></div>"""
            : $"""<div class="figure" role="img" aria-label="{name}" style="height:{(int)node["layout"]!["height"]!}px"><script type="application/json">{json}</script></div>""";
    }

    private static string Key(IReadOnlyList<KeyEntry> entries)
    {
        StringBuilder key = new();
        foreach (KeyEntry entry in entries)
        {
            key.Append(entry.Scale is { } scale
                ? $"""<span class="key">{Text(entry.Label)} <i class="scale" style="background:linear-gradient(90deg,{string.Join(',', scale.Colors)})"></i> {Text(entry.High ?? "")}</span>"""
                : $"""<span class="key"><i style="background:{entry.Color}"></i> {Text(entry.Label)}</span>""");
        }
        return key.ToString();
    }

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
        <dialog id="large"><form method="dialog"><h3></h3><a class="alone">Open alone</a><button aria-label="Close" autofocus>✕</button></form><div class="figure"></div></dialog>
        <script src="{script ?? PlotlyBundle.PublicAddress}"></script>
        <script>
        {FigureHtml.Runtime(PlotlySource.Page)}
        {PlotlyBundle.Own("report.js")}
        </script>
        </body>
        </html>

        """;
}
