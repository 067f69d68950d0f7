using System.Text.Json.Nodes;
using global::Plotly.NET;
using global::Plotly.NET.LayoutObjects;
using Interp.Plotly;
using Interp.Plots.Tests;
using CSharpChart = global::Plotly.NET.CSharp.Chart;

namespace Interp.PlotlyNet.Tests;

public class PlotlyNetChartsTests
{
    public static TheoryData<string> Names => [.. Samples.Figures.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Every_figure_is_a_chart_with_the_same_data_layout_and_config(string name)
    {
        Figure figure = Samples.Figures[name];
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.ToJson(exact: true)), JsonNode.Parse(GenericChart.toJson(figure.ToChart()))));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_figure_comes_back_from_its_chart_whole(string name)
    {
        Figure figure = Samples.Figures[name];
        Figure back = figure.ToChart(FigureStyle.Dark).ToFigure();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.ToJson(exact: true)), JsonNode.Parse(back.ToJson(exact: true))));
        // And the chart of that is the chart again.
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(GenericChart.toJson(figure.ToChart())), JsonNode.Parse(GenericChart.toJson(back.ToChart()))));
    }

    [Fact]
    public void Plotly_NETs_own_functions_find_the_parts_of_a_chart_and_change_them()
    {
        Figure figure = Plot.Loss([0, 1, 2], [3, 2, 1]);
        GenericChart titled = Chart.withTitle("mine", null).Invoke(figure.ToChart());
        GenericChart chart = GenericChart.mapLayout(Microsoft.FSharp.Core.FSharpFunc<global::Plotly.NET.Layout, global::Plotly.NET.Layout>.FromConverter(layout =>
        {
            LinearAxis axis = layout.TryGetTypedPropertyValue<LinearAxis>("xaxis").Value;
            axis.SetProperty("nticks", 7);
            return layout;
        }), titled);
        Figure changed = chart.ToFigure();
        Assert.Equal(("mine", 7), (changed.Layout.Title, changed.Layout.XAxes[0].NTicks));
        Assert.Equal(figure.Layout.XAxes[0].Title, changed.Layout.XAxes[0].Title);
    }

    [Fact]
    public void A_chart_of_Plotly_NET_is_a_figure()
    {
        GenericChart chart = CSharpChart.Line<double, double, string>(x: new[] { 0.0, 1 / 3.0 }, y: new[] { 2.5, -1 }, Name: "a line");
        ScatterTrace trace = Assert.IsType<ScatterTrace>(Assert.Single(chart.ToFigure().Traces));
        Assert.Equal("a line", trace.Name);
        Assert.Equal([0, 1 / 3.0], trace.X.Numbers);
        Assert.Equal([2.5, -1], trace.Y.Numbers);
    }

    [Fact]
    public void A_chart_of_packed_numbers_is_a_figure()
    {
        GenericChart line = CSharpChart.Scatter<string>(EncodedTypedArray.ofFloat64Array([0, 1 / 3.0], null), EncodedTypedArray.ofInt16Array([7, -1], null), StyleParam.Mode.Lines);
        ScatterTrace trace = Assert.IsType<ScatterTrace>(Assert.Single(line.ToFigure().Traces));
        Assert.Equal([0, 1 / 3.0], trace.X.Numbers);
        Assert.Equal([7, -1], trace.Y.Numbers);
        GenericChart cells = CSharpChart.Heatmap<string>(EncodedTypedArray.ofFloat32Array([1, 2, 3, 4, 5, 6], new[] { 2, 3 }));
        Assert.Equal(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, Assert.IsType<HeatmapTrace>(Assert.Single(cells.ToFigure().Traces)).Z);
    }

    [Fact]
    public void A_chart_shows_itself_as_its_figure_or_where_it_is_none_as_Plotly_NET_writes_it()
    {
        GenericChart loss = Plot.Loss([0, 1], [2, 1]).ToChart();
        Assert.Equal(loss.ToFigure().ToHtml(), loss.ToHtml());
        string pie = CSharpChart.Pie<int, string, string>(values: new[] { 1, 2 }).ToHtml();
        Assert.StartsWith("<div", pie, StringComparison.Ordinal);
        Assert.Contains("\"pie\"", pie, StringComparison.Ordinal);
        Assert.Contains("require", pie, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_that_a_figure_has_no_place_for_is_refused_by_name()
    {
        GenericChart pie = CSharpChart.Pie<int, string, string>(values: new[] { 1, 2 });
        Assert.Contains("pie", Assert.Throws<NotSupportedException>(() => pie.ToFigure()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_is_a_page()
    {
        string html = GenericChart.toEmbeddedHTML(Samples.Figures["attention"].ToChart());
        Assert.Contains("\"heatmap\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }
}
