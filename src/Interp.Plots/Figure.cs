using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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
[JsonConverter(typeof(FigureJsonConverter))]
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
    /// <param name="exact">Every number to its last bit, for programs; else to the digits that can be seen, which keeps pages small.</param>
    public string ToJson(FigureStyle? style = null, bool exact = false)
    {
        JsonSerializerOptions options = exact ? PlotlyJson.Exact : PlotlyJson.Options;
        JsonObject figure = ToNode(options);
        figure["layout"]!["template"] = (style ?? FigureStyle.Light).ToTemplate();
        return figure.ToJsonString(options);
    }

    /// <summary>The figure that Plotly's JSON describes: what <see cref="ToJson"/> wrote comes back, and so does other scatter, bar and heatmap JSON that a figure has a place for.</summary>
    /// <param name="json"><c>{"data": […], "layout": {…}}</c>; numbers may be packed (<c>dtype</c> and <c>bdata</c>), as the Python library writes them. Its template, config and frames are left out: a figure follows the style it is shown in.</param>
    /// <exception cref="NotSupportedException">A figure has no place for something in it: the message names it.</exception>
    public static Figure FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            JsonNode root = JsonNode.Parse(json)!;
            JsonObject layout = root["layout"]?.DeepClone().AsObject() ?? [];
            layout.Remove("template");
            Axis[] xAxes = TakeAxes(layout, "xaxis"), yAxes = TakeAxes(layout, "yaxis");
            return new Figure
            {
                Traces = root["data"].Deserialize<Trace[]>(PlotlyJson.Exact) ?? throw new JsonException("It has no data."),
                Layout = layout.Deserialize<Layout>(PlotlyJson.Exact)! with { XAxes = xAxes, YAxes = yAxes },
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new NotSupportedException($"This Plotly JSON is no figure of ours: {e.Message}", e);
        }
    }

    /// <summary>
    /// The figure as a fragment of HTML for a notebook or a page. It follows the page's light or dark colours. Complete in
    /// itself: it brings plotly.js along (about 0.6 MB) where the library has it embedded, else it names the public address.
    /// </summary>
    public string ToHtml() => FigureHtml.Fragment(this, PlotlySource.Bundled);

    /// <summary>The fragment of <see cref="ToHtml()"/> with a choice of where plotly.js comes from.</summary>
    /// <param name="source"><see cref="PlotlySource.Page"/> keeps notebooks with many figures small.</param>
    public string ToHtml(PlotlySource source) => FigureHtml.Fragment(this, source);

    /// <summary>The figure in a few words: its title and how many traces it has.</summary>
    public override string ToString() => $"Figure: {Layout.Title ?? "untitled"} ({Traces.Count} trace{(Traces.Count == 1 ? "" : "s")})";

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
    internal JsonObject ToNode(JsonSerializerOptions? how = null)
    {
        JsonSerializerOptions options = how ?? PlotlyJson.Options;
        JsonObject layout = (JsonObject)JsonSerializer.SerializeToNode(Layout, options)!;
        AddAxes(layout, "xaxis", Layout.XAxes, options);
        AddAxes(layout, "yaxis", Layout.YAxes, options);
        layout["height"] ??= DefaultHeight;
        return new JsonObject
        {
            ["data"] = JsonSerializer.SerializeToNode(Traces, options),
            ["layout"] = layout,
            ["config"] = new JsonObject { ["responsive"] = true, ["displaylogo"] = false, ["modeBarButtonsToRemove"] = new JsonArray("select2d", "lasso2d", "autoScale2d") },
        };
    }

    private static string AxisName(string name, int i) => i == 0 ? name : $"{name}{i + 1}";

    private static void AddAxes(JsonObject layout, string name, IReadOnlyList<Axis> axes, JsonSerializerOptions options)
    {
        for (int i = 0; i < axes.Count; i++) layout[AxisName(name, i)] = JsonSerializer.SerializeToNode(axes[i], options);
    }

    /// <summary>Takes the axes out of a layout, in their order; what is left with such a name has a gap before it.</summary>
    private static Axis[] TakeAxes(JsonObject layout, string name)
    {
        List<Axis> axes = [];
        while (layout.Remove(AxisName(name, axes.Count), out JsonNode? axis)) axes.Add(axis.Deserialize<Axis>(PlotlyJson.Exact)!);
        return axes.Count == 0 ? [new()] : [.. axes];
    }
}
