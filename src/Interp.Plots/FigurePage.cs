using System.Text;
using Interp.Plotly;
using Interp.Rendering;

namespace Interp;

/// <summary>Figures and views with a line of text each, one below the other on a page that needs nothing else.</summary>
/// <example><code>
/// new FigurePage("Heads").Add(Plot.HeadScoreTable(scores)).Add(AttentionView.Of(cache, texts), "The pattern of every head").Save("heads.html");
/// </code></example>
/// <param name="title">What stands above everything.</param>
public sealed class FigurePage(string title)
{
    private readonly StringBuilder _body = new();
    private bool _hasFigure;

    /// <summary>Adds a figure; returns this, for chaining.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="caption">What it shows, below it.</param>
    public FigurePage Add(Figure figure, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(figure);
        // The first brings plotly.js along for all.
        string html = figure.ToHtml(_hasFigure ? PlotlySource.Page : PlotlySource.Bundled);
        _hasFigure = true;
        return Added(html, caption);
    }

    /// <summary>Adds a view; returns this, for chaining.</summary>
    /// <param name="view">The view.</param>
    /// <param name="caption">What it shows, below it.</param>
    public FigurePage Add(HtmlView view, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        return Added(view.ToHtml(), caption);
    }

    /// <summary>Writes the page.</summary>
    /// <param name="path">A file that ends with .html. Its folder is made if need be.</param>
    /// <exception cref="ArgumentException">The ending is another one.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.GetExtension(path).ToLowerInvariant() is not (".html" or ".htm")) throw new ArgumentException($"This is a page: end '{path}' with .html.", nameof(path));
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        const string style = "<style>body { max-width: 1080px; margin: 0 auto; font: 15px/1.5 system-ui, sans-serif; } h1 { font-size: 22px; font-weight: 600; } figure { margin: 0 0 32px; } figcaption { opacity: 0.8; }</style>";
        File.WriteAllText(path, HtmlPage.Of(title, $"<h1>{PlotlyText.Escape(title)}</h1>\n{_body}", style));
    }

    private FigurePage Added(string html, string? caption)
    {
        _body.Append("<figure>").Append(html);
        if (caption is not null) _body.Append("<figcaption>").Append(PlotlyText.Escape(caption)).Append("</figcaption>");
        _body.Append("</figure>\n");
        return this;
    }
}
