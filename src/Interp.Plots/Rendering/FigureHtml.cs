using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Interp.Plotly;

namespace Interp.Rendering;

/// <summary>Figures as HTML: an element, its data, and the script (web/figure.js) that draws the one into the other.</summary>
internal static class FigureHtml
{
    /// <summary>A fragment for a notebook output or a page.</summary>
    public static string Fragment(Figure figure, PlotlySource source)
    {
        JsonObject node = figure.ToNode();
        string json = node.ToJsonString(PlotlyJson.Options);
        // The name is the content's hash: the same figure gives the same bytes, and two figures of a page never meet.
        string id = "interp-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)), 0, 6);
        int height = (int)node["layout"]!["height"]!;
        // Without its script (an untrusted notebook) the element says what to do.
        return $"""
            <div data-interp-figure="{id}" style="min-height:{height}px">A figure: trust this notebook to see it.</div>
            <script>
            {Runtime(source)}
            interpFigures.draw("{id}", {json});
            </script>

            """;
    }

    /// <summary>A whole page with one figure.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="source">Where plotly.js comes from.</param>
    /// <param name="scriptAddress">A plotly.js beside the page, instead of <paramref name="source"/>.</param>
    public static string Page(Figure figure, PlotlySource source, string? scriptAddress = null) => HtmlPage.Of(
        figure.Layout.Title ?? "figure",
        Fragment(figure, scriptAddress is null ? source : PlotlySource.Page),
        scriptAddress is null ? "" : $"<script src=\"{scriptAddress}\"></script>");

    /// <summary>The statements that define <c>interpFigures</c> and tell it where plotly.js is.</summary>
    public static string Runtime(PlotlySource source)
    {
        StringBuilder script = new(PlotlyBundle.ForScriptElement(PlotlyBundle.Own("figure.js")));
        script.Append("interpFigures.themes = {light: ").Append(FigureStyle.Light.ToTemplate().ToJsonString(PlotlyJson.Options))
            .Append(", dark: ").Append(FigureStyle.Dark.ToTemplate().ToJsonString(PlotlyJson.Options)).Append("};\n");
        if (!PlotlyBundle.IsEmbedded) script.Append("interpFigures.load({address: \"").Append(PlotlyBundle.PublicAddress).Append("\"});");
        else if (source == PlotlySource.Page) script.Append("interpFigures.load({address: \"").Append(PlotlyBundle.PublicAddress).Append("\", patience: 3000});");
        else script.Append("interpFigures.load({gzip: \"").Append(PlotlyBundle.Gzip64).Append("\"});");
        return script.ToString();
    }
}
