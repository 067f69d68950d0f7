using System.Net;
using System.Text;

namespace Interp.Rendering;

/// <summary>A figure as .svg or .png, drawn by plotly.js in a headless browser.</summary>
internal static class FigurePicture
{
    private const string Begin = "<pre id=\"picture\">", End = "</pre>";

    /// <param name="figure">What to draw.</param>
    /// <param name="format">"svg" or "png" (at twice the resolution).</param>
    /// <param name="style">Its colours.</param>
    public static byte[] Draw(Figure figure, string format, FigureStyle style)
    {
        int width = figure.Layout.Width ?? Figure.DefaultWidth, height = figure.Layout.Height ?? Figure.DefaultHeight;
        string plotly = PlotlyBundle.IsEmbedded ? $"<script>{PlotlyBundle.Script}</script>" : $"<script src=\"{PlotlyBundle.PublicAddress}\"></script>";
        string page = $$"""
            <!doctype html><meta charset="utf-8">{{plotly}}
            <div id="figure"></div><pre id="picture"></pre>
            <script>
            const figure = {{figure.ToJson(style)}}, out = document.getElementById("picture");
            figure.layout.width = {{width}}; figure.layout.height = {{height}};
            if (!window.Plotly) out.textContent = "error: plotly.js is neither embedded (build with npm) nor reachable";
            else Plotly.newPlot("figure", figure.data, figure.layout)
              .then(div => Plotly.toImage(div, { format: "{{format}}", width: {{width}}, height: {{height}}, scale: {{(format == "png" ? 2 : 1)}} }))
              .then(picture => out.textContent = picture, error => out.textContent = "error: " + error.message);
            </script>
            """;
        string folder = Directory.CreateTempSubdirectory("interp-figure-").FullName;
        try
        {
            string file = Path.Combine(folder, "figure.html");
            File.WriteAllText(file, page);
            return Decode(Browser.DumpDom(file, width, height), format);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Decode(BrowserOutput browser, string format)
    {
        string dom = browser.Text;
        int start = dom.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = start < Begin.Length ? -1 : dom.IndexOf(End, start, StringComparison.Ordinal);
        string picture = end < 0 ? "" : WebUtility.HtmlDecode(dom[start..end]);
        int comma = picture.IndexOf(',', StringComparison.Ordinal);
        if (!picture.StartsWith("data:image/", StringComparison.Ordinal) || comma < 0)
            throw new InvalidOperationException($"The browser drew no {format}: {(picture.Length > 0 ? picture : browser.Errors)}");
        return format == "svg" ? Encoding.UTF8.GetBytes(Uri.UnescapeDataString(picture[(comma + 1)..])) : Convert.FromBase64String(picture[(comma + 1)..]);
    }
}
