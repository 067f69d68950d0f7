using System.Text.Json;
using System.Text.Json.Nodes;
using Interp.Plotly;
using Interp.Rendering;

namespace Interp;

/// <summary>
/// A Plotly figure as data: traces and a layout. In a notebook it shows itself; elsewhere <see cref="Save"/> writes it as
/// .html, .json, .svg or .png. <see cref="Plot"/> builds the figures of this field.
/// </summary>
/// <example><code>
/// Figure figure = Plot.AttentionPattern(pattern, tokens);
/// figure.Save("head-1.4.svg");
/// </code></example>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = [PlotlyMimeType, HtmlMimeType])]
public sealed record Figure
{
    /// <summary>The MIME type of <see cref="ToJson"/>: notebook front ends that know Plotly render it themselves.</summary>
    public const string PlotlyMimeType = "application/vnd.plotly.v1+json";

    /// <summary>The MIME type of <see cref="ToHtml()"/>.</summary>
    public const string HtmlMimeType = "text/html";

    /// <summary>The height in pixels of a figure whose layout names none.</summary>
    public const int DefaultHeight = 360;

    /// <summary>The width in pixels of a picture whose layout names none.</summary>
    public const int DefaultWidth = 720;

    /// <summary>The data.</summary>
    public required IReadOnlyList<Trace> Traces { get; init; }

    /// <summary>Everything else.</summary>
    public Layout Layout { get; init; } = new();

    /// <summary>Whether plotly.js was embedded when this library was built: if so, everything written here works with no network.</summary>
    public static bool WorksOffline => PlotlyBundle.IsEmbedded;

    /// <summary>The figure as Plotly's JSON: <c>{"data": […], "layout": {…}, "config": {…}}</c>, whole: colours and fonts included.</summary>
    /// <param name="style">Light when absent.</param>
    public string ToJson(FigureStyle? style = null)
    {
        JsonObject figure = ToNode();
        figure["layout"]!["template"] = (style ?? FigureStyle.Light).ToTemplate();
        return figure.ToJsonString(PlotlyJson.Options);
    }

    /// <summary>
    /// The figure as a fragment of HTML for a notebook or a page. It follows the page's light or dark colours. Complete in
    /// itself: it brings plotly.js along (about 0.6 MB) where the library has it embedded, else it names the public address.
    /// </summary>
    public string ToHtml() => FigureHtml.Fragment(this, PlotlySource.Bundled);

    /// <summary>The fragment of <see cref="ToHtml()"/> with a choice of where plotly.js comes from.</summary>
    /// <param name="source"><see cref="PlotlySource.Page"/> keeps notebooks with many figures small.</param>
    public string ToHtml(PlotlySource source) => FigureHtml.Fragment(this, source);

    /// <summary>Writes the figure to a file; the ending says how: .html, .json, .svg or .png.</summary>
    /// <param name="path">The file. Its folder is made if need be.</param>
    /// <param name="style">The colours of a picture or JSON (light when absent); a page follows the reader's choice.</param>
    /// <exception cref="ArgumentException">The ending is another one.</exception>
    /// <exception cref="InvalidOperationException">A picture is asked for and there is no browser to draw it; the message says what to install.</exception>
    public void Save(string path, FigureStyle? style = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string ending = Path.GetExtension(path).ToLowerInvariant();
        byte[] content = ending switch
        {
            ".html" or ".htm" => System.Text.Encoding.UTF8.GetBytes(FigureHtml.Page(this, PlotlySource.Bundled)),
            ".json" => System.Text.Encoding.UTF8.GetBytes(ToJson(style)),
            ".svg" or ".png" => FigurePicture.Draw(this, ending[1..], style ?? FigureStyle.Light),
            _ => throw new ArgumentException($"Cannot tell a format from '{path}': end it with .html, .json, .svg or .png.", nameof(path)),
        };
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        File.WriteAllBytes(path, content);
    }

    /// <summary>Data, layout and configuration without a template.</summary>
    internal JsonObject ToNode()
    {
        JsonObject layout = (JsonObject)JsonSerializer.SerializeToNode(Layout, PlotlyJson.Options)!;
        AddAxes(layout, "xaxis", Layout.XAxes);
        AddAxes(layout, "yaxis", Layout.YAxes);
        layout["height"] ??= DefaultHeight;
        return new JsonObject
        {
            ["data"] = JsonSerializer.SerializeToNode(Traces, PlotlyJson.Options),
            ["layout"] = layout,
            ["config"] = new JsonObject { ["responsive"] = true, ["displaylogo"] = false, ["modeBarButtonsToRemove"] = new JsonArray("select2d", "lasso2d", "autoScale2d") },
        };
    }

    private static void AddAxes(JsonObject layout, string name, IReadOnlyList<Axis> axes)
    {
        for (int i = 0; i < axes.Count; i++)
            layout[i == 0 ? name : $"{name}{i + 1}"] = JsonSerializer.SerializeToNode(axes[i], PlotlyJson.Options);
    }
}
