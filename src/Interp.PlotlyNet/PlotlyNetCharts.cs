using System.Globalization;
using System.Text.Json;
using global::Plotly.NET;
using global::Plotly.NET.LayoutObjects;
using Attributes = global::DynamicObj.DynamicObj;
using Trace = global::Plotly.NET.Trace;

namespace Interp;

/// <summary>Figures as Plotly.NET's charts and back: <c>Plot</c>'s figures go through its styling functions, its charts into our reports.</summary>
/// <example><code>
/// GenericChart chart = Plot.AttentionPattern(pattern, tokens).ToChart();
/// Figure figure = Chart.withTitle("mine", null).Invoke(chart).ToFigure();
/// </code></example>
public static class PlotlyNetCharts
{
    /// <summary>The chart of a figure: every trace, layout attribute and configuration, numbers to their last bit.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="style">The colours and fonts, as the chart's template; light when absent.</param>
    public static GenericChart ToChart(this Figure figure, FigureStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(figure);
        using JsonDocument json = JsonDocument.Parse(figure.ToJson(style, exact: true));
        JsonElement root = json.RootElement;
        Trace[] traces = [.. root.GetProperty("data").EnumerateArray().Select(trace => Filled(new Trace(trace.GetProperty("type").GetString()!), trace))];
        ChartDTO chart = ChartDTO.create(Microsoft.FSharp.Collections.ListModule.OfArray(traces), Filled(new Layout(), root.GetProperty("layout")), Filled(new Config(), root.GetProperty("config")));
        return GenericChart.fromChartDTO(chart);
    }

    /// <summary>The figure of a chart: what <see cref="ToChart"/> made comes back whole, and so do other charts of scatter, bar and heatmap traces that a figure has a place for.</summary>
    /// <param name="chart">The chart. Its template and configuration are left out: a figure follows the style it is shown in.</param>
    /// <exception cref="NotSupportedException">A figure has no place for something in the chart: the message names it.</exception>
    public static Figure ToFigure(this GenericChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return Figure.FromJson(GenericChart.toJson(chart));
    }

    /// <summary>
    /// The chart as a fragment of HTML for a notebook. Where a figure has a place for all of it, it is shown as that figure: with no network, in the
    /// page's light or dark colours instead of the chart's template. Else it is what Plotly.NET writes, which loads plotly.js from the network.
    /// </summary>
    /// <param name="chart">The chart.</param>
    public static string ToHtml(this GenericChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        try
        {
            return chart.ToFigure().ToHtml();
        }
        catch (NotSupportedException)
        {
            PlotlyJSReference script = PlotlyJSReference.NewRequire($"https://cdn.plot.ly/plotly-{Globals.PLOTLYJS_VERSION}.min");
            return GenericChart.toChartHTML(GenericChart.addDisplayOptions(DisplayOptions.setPlotlyReference(script).Invoke(new DisplayOptions()), chart));
        }
    }

    private static T Filled<T>(T target, JsonElement json) where T : Attributes
    {
        foreach (JsonProperty property in json.EnumerateObject())
            if (!(target is Trace && property.Name == "type")) Set(target, property.Name, ValueOf(property.Name, property.Value));
        return target;
    }

    private static void Set(Attributes target, string name, object? value) =>
#if PLOTLY_NET_5
        target.SetValue(name, value);
#else
        target.SetProperty(name, value);
#endif

    /// <summary>A value as Plotly.NET's own functions store it, so that they find and change it.</summary>
    private static object? ValueOf(string name, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => Filled(ObjectFor(name), json),
        JsonValueKind.Array => json.EnumerateArray().Select(item => ValueOf("", item)).ToArray(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt32(out int whole) ? (object)whole : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static Attributes ObjectFor(string name) => name.TrimEnd([.. CultureInfo.InvariantCulture.NumberFormat.NativeDigits.Select(d => d[0])]) switch
    {
        "xaxis" or "yaxis" => new LinearAxis(),
        "title" => new Title(),
        "font" => new Font(),
        "line" => new Line(),
        "marker" => new global::Plotly.NET.TraceObjects.Marker(),
        "colorbar" => new ColorBar(),
        "legend" => new Legend(),
        "margin" => new Margin(),
        _ => new Attributes(),
    };
}
