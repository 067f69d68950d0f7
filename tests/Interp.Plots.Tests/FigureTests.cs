using System.Text.Json;
using System.Text.Json.Nodes;
using Interp.Plotly;
using Interp.Rendering;
using Interp.Tests.Shared;

namespace Interp.Plots.Tests;

[Collection("browser")]
public sealed class FigureTests
{
    private static readonly string[] Shapes = ["rect", "line"];

    private static Figure Small { get; } = Plot.Loss([0, 1, 2], [3, 2, 1]);

    public static TheoryData<string> Names => [.. Samples.Figures.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Json_holds_what_Plotly_asks_of_each_trace(string name)
    {
        JsonNode figure = JsonNode.Parse(Samples.Figures[name].ToJson())!;
        Assert.NotEmpty(figure["data"]!.AsArray());
        foreach (JsonNode? trace in figure["data"]!.AsArray())
        {
            switch ((string?)trace!["type"])
            {
                case "scatter":
                    Assert.Equal(trace["x"]!.AsArray().Count, trace["y"]!.AsArray().Count);
                    Assert.Matches("^(lines|markers|text)(\\+(lines|markers|text))*$", (string)trace["mode"]!);
                    break;
                case "bar":
                    Assert.Equal(trace["x"]!.AsArray().Count, trace["y"]!.AsArray().Count);
                    break;
                case "heatmap":
                    JsonArray z = trace["z"]!.AsArray();
                    Assert.All(z, row => Assert.Equal(z[0]!.AsArray().Count, row!.AsArray().Count));
                    if (trace["x"] is JsonArray x) Assert.Equal(x.Count, z[0]!.AsArray().Count);
                    if (trace["y"] is JsonArray y) Assert.Equal(y.Count, z.Count);
                    Assert.All(trace["colorscale"]!.AsArray(), stop => Assert.Matches("^#[0-9a-f]{6}$", (string)stop![1]!));
                    break;
                default:
                    Assert.Fail($"A trace of type {trace["type"]}");
                    break;
            }
            // A trace's axes exist in the layout.
            Assert.NotNull(figure["layout"]![AxisKey(trace, "xaxis")]);
            Assert.NotNull(figure["layout"]![AxisKey(trace, "yaxis")]);
        }
        foreach (JsonNode? shape in figure["layout"]!["shapes"]?.AsArray() ?? [])
            Assert.Contains((string)shape!["type"]!, Shapes);
    }

    [Theory, MemberData(nameof(Names))]
    public void Axes_have_names_with_units(string name)
    {
        JsonObject layout = JsonNode.Parse(Samples.Figures[name].ToJson())!["layout"]!.AsObject();
        foreach (string direction in new[] { "xaxis", "yaxis" })
        {
            string[] titles = [.. layout.Where(p => p.Key.StartsWith(direction, StringComparison.Ordinal)).Select(p => (string?)p.Value!["title"]?["text"]).OfType<string>()];
            Assert.NotEmpty(titles);
            Assert.All(titles, t => Assert.Matches(@"^\S.* \(.+\)$", t));
        }
        Assert.False(string.IsNullOrWhiteSpace((string?)layout["title"]?["text"]));
    }

    [Fact]
    public void In_anybodys_JSON_a_figure_is_Plotlys_JSON_and_comes_back()
    {
        Figure figure = Plot.Loss([0, 1, 2], [3, 2, 1 / 3.0], title: "a loss");
        string json = JsonSerializer.Serialize(new { figure });
        Assert.Equal(["data", "layout", "config"], JsonNode.Parse(json)!["figure"]!.AsObject().Select(p => p.Key));
        Figure back = JsonNode.Parse(json)!["figure"].Deserialize<Figure>()!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.ToJson(exact: true)), JsonNode.Parse(back.ToJson(exact: true))));
    }

    [Fact]
    public void Numbers_keep_six_digits_whole_numbers_all_and_gaps_are_null()
    {
        Figure figure = new() { Traces = [new ScatterTrace { X = new double[] { 123456789012, 0.123456789, -1e-9 }, Y = new[] { double.NaN, double.PositiveInfinity, 2 } }] };
        JsonNode trace = JsonNode.Parse(figure.ToJson())!["data"]![0]!;
        Assert.Equal("[123456789012,0.123457,-1E-09]", trace["x"]!.ToJsonString());
        Assert.Equal("[null,null,2]", trace["y"]!.ToJsonString());
    }

    [Theory, MemberData(nameof(Names))]
    public void What_was_written_to_json_comes_back(string name)
    {
        Figure figure = Samples.Figures[name];
        foreach (bool exact in new[] { true, false })
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.ToJson(exact: exact)), JsonNode.Parse(Figure.FromJson(figure.ToJson(exact: exact)).ToJson(exact: exact))));
    }

    [Fact]
    public void Exact_json_keeps_every_bit()
    {
        double[] x = [1.0 / 3, double.NaN, 1e-300, 12345678.9];
        float[,] z = { { 1f / 3, float.NaN }, { 1e-30f, 123456.789f } };
        Figure back = Figure.FromJson(new Figure { Traces = [new ScatterTrace { X = x, Y = x }, new HeatmapTrace { Z = z }] }.ToJson(exact: true));
        Assert.Equal(x, ((ScatterTrace)back.Traces[0]).X.Numbers);
        Assert.Equal(z, ((HeatmapTrace)back.Traces[1]).Z);
    }

    [Theory]
    [InlineData("f8", "AAAAAAAA+D8AAAAAAAAAwA==", 1.5, -2)]
    [InlineData("f4", "AADAPwAAAMA=", 1.5, -2)]
    [InlineData("i4", "AQAAAP7///8=", 1, -2)]
    [InlineData("u4", "AQAAAP7///8=", 1, 4294967294)]
    [InlineData("i2", "AQD+/w==", 1, -2)]
    [InlineData("u2", "AQD+/w==", 1, 65534)]
    [InlineData("i1", "Af4=", 1, -2)]
    [InlineData("u1", "Af4=", 1, 254)]
    [InlineData("u1c", "Af4=", 1, 254)]
    public void Packed_numbers_as_the_Python_library_writes_them_are_read(string type, string packed, double first, double second)
    {
        string json = $$$"""
            {"data":[{"type":"scatter","x":{"dtype":"{{{type}}}","bdata":"{{{packed}}}"},"y":[1,2]},
                     {"type":"heatmap","z":{"dtype":"{{{type}}}","bdata":"{{{packed}}}","shape":"2, 1"}},
                     {"type":"heatmap","z":{"dtype":"{{{type}}}","bdata":"{{{packed}}}","shape":[1, 2]}}]}
            """;
        IReadOnlyList<Trace> traces = Figure.FromJson(json).Traces;
        Assert.Equal([first, second], ((ScatterTrace)traces[0]).X.Numbers);
        Assert.Equal(new float[,] { { (float)first }, { (float)second } }, ((HeatmapTrace)traces[1]).Z);
        Assert.Equal(new float[,] { { (float)first, (float)second } }, ((HeatmapTrace)traces[2]).Z);
    }

    [Theory]
    [InlineData("""{"data":[{"type":"surface","z":[[1]]}]}""", "surface")]
    [InlineData("""{"data":[{"type":"scatter","x":[1],"y":[{"a":1}]}]}""", "y")]
    [InlineData("""{"data":[{"type":"scatter","x":[1],"y":[1],"line":{"smoothing":1}}]}""", "smoothing")]
    [InlineData("""{"data":[{"type":"heatmap","z":[[1],[1,2]]}]}""", "Row 1")]
    [InlineData("""{"data":[{"type":"heatmap","z":[[1]],"colorscale":"Jet"}]}""", "Jet")]
    [InlineData("""{"data":[],"layout":{"title":{"text":"a","font":{"size":3}}}}""", "font")]
    [InlineData("""{"data":[{"type":"heatmap","z":{"dtype":"f4","bdata":"AACAPwAAgL8="}}]}""", "[2]")]
    [InlineData("""{"data":[{"type":"heatmap","z":{"dtype":"f4","bdata":"AACAPwAAgL8=","shape":"2, 2"}}]}""", "[2, 2]")]
    [InlineData("""{"data":[{"type":"heatmap","z":{"dtype":"f4","bdata":"","shape":"-1, 0"}}]}""", "[-1, 0]")]
    [InlineData("""{"data":[{"type":"scatter","x":{"dtype":"f4","bdata":"AACAPwAAgL8=","shape":"1, 2"},"y":[1]}]}""", "[1, 2]")]
    [InlineData("""{"data":[{"type":"scatter","x":{"dtype":"f4","bdata":"AACAPwAAgL8=","shape":"two"},"y":[1]}]}""", "two")]
    [InlineData("""{"data":[{"type":"scatter","x":{"dtype":"f8","bdata":"AACAPw=="},"y":[1]}]}""", "4 bytes")]
    [InlineData("""{"data":[{"type":"scatter","x":{"dtype":"i8","bdata":""},"y":[1]}]}""", "i8")]
    [InlineData("""{"data":[{"type":"scatter","x":{"dtype":"f8"},"y":[1]}]}""", "bdata")]
    [InlineData("""{"layout":{}}""", "data")]
    [InlineData("[", "JSON")]
    public void Json_that_a_figure_has_no_place_for_is_refused_by_name(string json, string named) =>
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => Figure.FromJson(json)).Message);

    [Fact]
    public void The_window_is_shaded_over_the_whole_height()
    {
        JsonNode shape = JsonNode.Parse(Plot.Loss([0, 1, 2, 3], [4, 3, 2, 1], new TokenWindow(1, 2)).ToJson())!["layout"]!["shapes"]![0]!;
        Assert.Equal((1, 2, "y domain", 0, 1), ((int)shape["x0"]!, (int)shape["x1"]!, (string)shape["yref"]!, (int)shape["y0"]!, (int)shape["y1"]!));
    }

    [Fact]
    public void Without_a_phase_change_nothing_is_shaded() => Assert.Empty(JsonNode.Parse(Small.ToJson())!["layout"]!["shapes"]!.AsArray());

    [Fact]
    public void The_derivative_is_white_at_zero()
    {
        JsonNode trace = JsonNode.Parse(Plot.LossDerivative(Samples.Tokens, Samples.Derivative).ToJson())!["data"]![0]!;
        Assert.Equal(-(double)trace["zmin"]!, (double)trace["zmax"]!);
    }

    [Fact]
    public void Heatmaps_are_drawn_with_snapshots_along_x()
    {
        JsonNode trace = JsonNode.Parse(Plot.LossByIndex([10, 20], new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).ToJson())!["data"]![0]!;
        Assert.Equal("[[1,4],[2,5],[3,6]]", trace["z"]!.ToJsonString());
    }

    [Fact]
    public void A_curve_of_the_wrong_length_is_refused_with_both_lengths()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Plot.PrefixMatching([0, 1, 2], [new HeadCurve(1, 4, [0.5])]));
        Assert.Contains("1.4", error.Message);
        Assert.Contains("1 values", error.Message);
        Assert.Contains("must have 3", error.Message);
    }

    [Fact]
    public void The_same_figure_gives_the_same_bytes() => Assert.Equal(Samples.Figures["attention"].ToHtml(), (Samples.Figures["attention"] with { }).ToHtml());

    [Fact]
    public void A_script_in_a_token_stays_text()
    {
        string html = Samples.Figures["attention"].ToHtml(PlotlySource.Page);
        Assert.DoesNotContain("<script>al", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("alert(1)</script>", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("script", html[html.IndexOf("interpFigures.draw", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void Any_color_vision_reads_the_scales()
    {
        // Luminance rises all along viridis and cividis: they read in grey, hence with any colour vision.
        foreach (ColorScale scale in new[] { ColorScale.Viridis, ColorScale.Cividis })
        {
            double[] light = [.. Enumerable.Range(0, 50).Select(i => Luminance(scale.At(i / 49.0)))];
            for (int i = 1; i < light.Length; i++) Assert.True(light[i] >= light[i - 1], $"{scale.At(i / 49.0)} is darker than the colour before it");
        }
    }

    [Fact]
    public void An_unknown_ending_names_the_known_ones() =>
        Assert.Contains(".svg", Assert.Throws<ArgumentException>(() => Small.Save("figure.gif")).Message);

    [Fact]
    public void Json_and_html_are_written_by_their_endings()
    {
        string folder = Directory.CreateTempSubdirectory("interp-test-").FullName;
        Small.Save(Path.Combine(folder, "new", "figure.json"));
        Small.Save(Path.Combine(folder, "figure.html"));
        Assert.Equal("scatter", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "new", "figure.json")))!["data"]![0]!["type"]);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(Path.Combine(folder, "figure.html")), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Pictures_are_drawn_by_the_browser()
    {
        Optional.Need(BrowserPage.IsThere, "a Chromium browser");
        Optional.Need(Figure.WorksOffline, "plotly.js from npm at build");
        string folder = Directory.CreateTempSubdirectory("interp-test-").FullName;
        string svg = Path.Combine(folder, "figure.svg"), png = Path.Combine(folder, "figure.png");
        Small.Save(svg, FigureStyle.Dark);
        Small.Save(png);
        string drawing = File.ReadAllText(svg);
        Assert.StartsWith("<svg", drawing, StringComparison.Ordinal);
        Assert.Contains("training tokens (count)", drawing);
        Assert.Contains("rgb(21, 24, 29)", drawing);
        byte[] picture = File.ReadAllBytes(png);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], picture[..4]);
        Assert.Equal(2 * Figure.DefaultWidth, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_pinned_plotly_is_the_one_of_the_public_address()
    {
        JsonNode package = JsonNode.Parse(File.ReadAllText(Path.Combine(Optional.RepositoryRoot, "src", "Interp.Plots", "web", "package.json")))!;
        Assert.Equal(PlotlyBundle.Version, (string?)package["dependencies"]!["plotly.js-cartesian-dist-min"]);
        if (Figure.WorksOffline) Assert.Contains("v" + PlotlyBundle.Version, PlotlyBundle.Script[..200]);
    }

    [Fact]
    public void Embedded_figures_load_nothing()
    {
        Optional.Need(Figure.WorksOffline, "plotly.js from npm at build");
        string html = Small.ToHtml();
        Assert.DoesNotContain("https://", html);
        Assert.DoesNotContain("http://", html);
    }

    [Fact]
    public void Every_figure_is_drawn_in_a_page_without_network_or_errors()
    {
        Optional.Need(Figure.WorksOffline, "plotly.js from npm at build");
        string body = string.Concat(Samples.Figures.Values.Select((f, i) => f.ToHtml(i == 0 ? PlotlySource.Bundled : PlotlySource.Page)));
        string answer = BrowserPage.Evaluate(body, $$"""await until(() => document.querySelectorAll(".main-svg").length >= {{Samples.Figures.Count}}), [...document.querySelectorAll("[data-interp-figure]")].filter(d => d.querySelector(".main-svg")).length""");
        Assert.Equal(Samples.Figures.Count, int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Figures_follow_the_page_from_light_to_dark()
    {
        Optional.Need(Figure.WorksOffline, "plotly.js from npm at build");
        string answer = BrowserPage.Evaluate(Small.ToHtml(), """
            await until(() => document.querySelector(".gtitle")),
            window.before = getComputedStyle(document.querySelector(".gtitle")).fill,
            document.documentElement.style.color = "white",
            await until(() => getComputedStyle(document.querySelector(".gtitle")).fill !== before),
            before + " " + getComputedStyle(document.querySelector(".gtitle")).fill
            """);
        Assert.Equal("rgb(36, 41, 47) rgb(223, 227, 232)", answer);
    }

    private static string AxisKey(JsonNode trace, string name) => name + ((string?)trace[name])?.Replace(name[..1], "", StringComparison.Ordinal);

    private static double Luminance(string color)
    {
        double Channel(int at) => Convert.ToInt32(color.Substring(at, 2), 16);
        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }
}
