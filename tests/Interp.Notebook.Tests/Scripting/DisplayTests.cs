using System.Text.Json.Nodes;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting;

public sealed class DisplayTests
{
    private static string? Html(MimeBundle? bundle) => (string?)bundle?.Data["text/html"];

    private static string? Plain(MimeBundle? bundle) => (string?)bundle?.Data["text/plain"];

    private const string Figure = "new Figure { Traces = [], Layout = new Interp.Plotly.Layout { Title = \"Nothing\" } }";

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("\"text <b>\"", "text <b>")]
    [InlineData("(object)null", "null")]
    [InlineData("DayOfWeek.Monday", "Monday")]
    [InlineData("TimeSpan.FromSeconds(90)", "00:01:30")]
    [InlineData("true", "True")]
    [InlineData("1_000_000_000_000L", "1000000000000")]
    public async Task Simple_values_are_their_text(string code, string text)
    {
        await using Notebook notebook = new();
        CellResult result = await notebook.Run(code);
        Assert.Equal((text, null), (Plain(result.Value), Html(result.Value)));
    }

    [Fact]
    public async Task Sequences_records_and_dictionaries_are_tables()
    {
        await using Notebook notebook = new();
        await notebook.Value("record Person(string Name, int Age);");
        CellResult people = await notebook.Run("new[] { new Person(\"Ada\", 36), new Person(\"Alan\", 41) }");
        Assert.Contains("<table", Html(people.Value), StringComparison.Ordinal);
        foreach (string text in new[] { "Name", "Age", "Ada", "41" })
        {
            Assert.Contains(text, Html(people.Value), StringComparison.Ordinal);
            Assert.Contains(text, Plain(people.Value), StringComparison.Ordinal);
        }
        CellResult one = await notebook.Run("new { Layer = 1, Score = 0.5 }");
        Assert.Contains("Layer", Html(one.Value), StringComparison.Ordinal);
        CellResult map = await notebook.Run("new Dictionary<string, int> { [\"key\"] = 7 }");
        Assert.Contains("key", Html(map.Value), StringComparison.Ordinal);
        Assert.Contains("7", Html(map.Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_is_plotly_json_and_html()
    {
        await using Notebook notebook = new();
        CellResult result = await notebook.Run(Figure);
        Assert.Equal("Figure: Nothing (0 traces)", Plain(result.Value));
        Assert.True(result.Value!.Data["application/vnd.plotly.v1+json"] is JsonObject plotly && plotly.ContainsKey("layout"));
        Assert.Contains("interpFigures", Html(result.Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_cells_bring_the_plotting_script_and_a_third_when_one_of_them_is_run_again()
    {
        if (!Interp.Figure.WorksOffline) return;
        await using Notebook notebook = new();
        bool Brings(MimeBundle? bundle) => Html(bundle)!.Length > 100_000;
        async Task<bool> Run(string code) => Brings((await notebook.Run(code)).Value);
        string Cell(int i) => $"// {i}\n{Figure}";
        Assert.True(await Run(Cell(1)));
        Assert.True(await Run(Cell(2)));
        Assert.False(await Run(Cell(3)));
        Assert.True(await Run(Cell(1)));
        Assert.True(await Run(Cell(2)));
        Assert.False(await Run(Cell(4)));
        await notebook.Run($"Display({Figure}); Display({Figure}); // 1\n");
        Assert.Equal([false, false], notebook.Output.Displays.Select(d => Brings(d.Bundle)));
    }

    [Fact]
    public async Task Where_cells_run_once_one_of_them_brings_the_script()
    {
        if (!Interp.Figure.WorksOffline) return;
        await using Notebook notebook = new() { Session = new(runsOnce: true) };
        bool[] brings = new bool[3];
        for (int i = 0; i < brings.Length; i++) brings[i] = Html((await notebook.Run($"// {i}\n{Figure}")).Value)!.Length > 100_000;
        Assert.Equal([true, false, false], brings);
    }

    [Fact]
    public async Task The_last_update_of_a_figure_that_brought_the_script_brings_it_again_and_clearing_forgets_it()
    {
        if (!Interp.Figure.WorksOffline) return;
        await using Notebook notebook = new();
        await notebook.Value($"var h = Display({Figure}); h.Update({Figure}); h.Update({Figure}); Display({Figure}); Clear(); Display({Figure});");
        Assert.Equal([true, false, true], notebook.Output.Displays.Select(d => Html(d.Bundle)!.Length > 100_000));
        Assert.Equal([false, false, true], notebook.Output.Updates.Select(u => Html(u.Bundle)!.Length > 100_000));
        await notebook.Value($"h.Update({Figure});");
        Assert.Equal([false, true], notebook.Output.Updates.Select(u => Html(u.Bundle)!.Length > 100_000));
    }

    [Fact]
    public async Task Tensors_and_views_show_themselves()
    {
        await using Notebook notebook = new();
        CellResult tensor = await notebook.Run("Tensor.Zeros(2, 3)");
        Assert.StartsWith("Tensor [2, 3]", Plain(tensor.Value), StringComparison.Ordinal);
        Assert.Contains("<script>", Html(tensor.Value), StringComparison.Ordinal);
        CellResult view = await notebook.Run("TensorView.Of(Tensor.Zeros(2, 3), \"zeros\")");
        Assert.Equal("TensorView: zeros", Plain(view.Value));
    }

    [Fact]
    public async Task A_model_and_a_cache_are_a_line_not_a_list_of_their_numbers()
    {
        await using Notebook notebook = new();
        CellResult model = await notebook.Run("""
            var model = new HookedTransformer(new TransformerConfig { Layers = 1, DModel = 8, Heads = 1, DHead = 8, Vocabulary = 5, Context = 4 }, seed: 0);
            model
            """);
        Assert.StartsWith("HookedTransformer: 1 layer of 1 head, width 8", Plain(model.Value), StringComparison.Ordinal);
        Assert.Null(Html(model.Value));
        CellResult cache = await notebook.Run("model.RunWithCache(new[] { 1, 2 }, [\"*.hook_pattern\"]).Cache");
        Assert.Equal("ActivationCache: blocks.0.attn.hook_pattern", Plain(cache.Value));
    }

    [Fact]
    public async Task Head_scores_are_a_coloured_table()
    {
        await using Notebook notebook = new();
        CellResult scores = await notebook.Run("HeadScores.Measure(new HookedTransformer(new TransformerConfig { Layers = 1, DModel = 8, Heads = 2, DHead = 4, Vocabulary = 50, Context = 101 }, seed: 0))");
        Assert.StartsWith("HeadScores: 2 heads: ", Plain(scores.Value), StringComparison.Ordinal);
        Assert.Contains("data-interp-figure", Html(scores.Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_shows_itself_by_the_conventions()
    {
        await using Notebook notebook = new();
        CellResult own = await notebook.Run("""
            class Own { public string ToHtml() => "<i>own</i>"; public override string ToString() => "own"; }
            new Own()
            """);
        Assert.Equal(("own", "<i>own</i>"), (Plain(own.Value), Html(own.Value)));
        CellResult named = await notebook.Run("""
            class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute { public Type FormatterSourceType { get; } = formatterSourceType; }
            class Formatters { public IEnumerable<object> CreateTypeFormatters() { yield return new One(); } }
            class One { public string MimeType => "text/latex"; public bool Format(object value, TextWriter writer) { writer.Write("$x$"); return true; } }
            [TypeFormatterSource(typeof(Formatters))] class Latex { public override string ToString() => "x"; }
            new Latex()
            """);
        Assert.Equal(("x", "$x$"), (Plain(named.Value), (string?)named.Value?.Data["text/latex"]));
    }

    [Fact]
    public async Task Handles_update_what_was_displayed_and_are_not_shown_themselves()
    {
        await using Notebook notebook = new();
        Assert.Null(await notebook.Value("var h = \"one\".Display();\nh.Update(2);\nh"));
        (MimeBundle bundle, string? id) = notebook.Output.Displays.Single();
        Assert.Equal("one", Plain(bundle));
        Assert.Equal(("2", id), (Plain(notebook.Output.Updates.Single().Bundle), notebook.Output.Updates.Single().Id));
        await notebook.Value("h.Update(3); Clear(); display(4)");
        Assert.Equal(["update", "clear", "display"], notebook.Output.Order);
    }

    [Fact]
    public async Task Html_markdown_and_pictures_are_shown_as_such()
    {
        await using Notebook notebook = new();
        CellResult html = await notebook.Run("HTML(\"<b>bold</b> &amp; <script>x</script>\")");
        Assert.Equal(("bold &", "<b>bold</b> &amp; <script>x</script>"), (Plain(html.Value), Html(html.Value)));
        Assert.Equal("# T", (string?)(await notebook.Run("Markdown(\"# T\")")).Value?.Data["text/markdown"]);
        CellResult png = await notebook.Run("Image.Of(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13 })");
        Assert.Equal("iVBORw0=", (string?)png.Value?.Data["image/png"]);
        Assert.Contains("no PNG", (await notebook.Error("Image.Of(new byte[3])")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_drawn_at_the_beginning_sometimes_and_at_the_end()
    {
        await using Notebook notebook = new();
        Assert.Equal("4950", await notebook.Value("int sum = 0; foreach (int i in Enumerable.Range(0, 100).ToArray().WithProgress(\"adding\")) sum += i;\nsum"));
        Assert.StartsWith("adding: 0/100", Plain(notebook.Output.Displays.Single().Bundle), StringComparison.Ordinal);
        Assert.StartsWith("adding: 100/100 in", Plain(notebook.Output.Updates[^1].Bundle), StringComparison.Ordinal);
        Assert.InRange(notebook.Output.Updates.Count, 1, 20);
    }

    [Fact]
    public async Task An_endless_sequence_is_shown_by_its_beginning()
    {
        await using Notebook notebook = new();
        CellResult result = await notebook.Run("IEnumerable<int> Endless() { int i = 0; while (true) yield return i++; }\nEndless()", interrupt: new CancellationTokenSource(20_000).Token);
        Assert.Contains("0", Plain(result.Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_is_watched_and_an_interrupt_leaves_a_checkpoint_to_go_on_from()
    {
        string folder = Path.Combine(Directory.CreateTempSubdirectory("interp-").FullName, "small");
        try
        {
            await using Notebook notebook = new();
            await notebook.Value($$"""
                var config = new TrainingConfig
                {
                    Model = new TransformerConfig { Layers = 1, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 32, Context = 32 },
                    Data = new EntityText { Vocabulary = 32, MinEntityLength = 4, MaxEntityLength = 6 },
                    Steps = 40, Batch = 4, CheckpointEvery = 1000,
                    Snapshots = new SnapshotSchedule { Even = 4, EarlyPowers = false },
                    Evaluation = new EvaluationOptions { Examples = 16, AblationExamples = 8, RepeatedSequences = 10 },
                };
                var run = TrainingRun.Create(@"{{folder}}", config);
                """);
            using CancellationTokenSource interrupt = new();
            RecordedOutput output = new() { Answer = (_, _, _) => { interrupt.Cancel(); return ""; } };
            CellResult stopped = await notebook.Run("run.TrainLive(p => { if (p.Step.Step == 15) Input(); });", output, interrupt.Token);
            Assert.Equal("Interrupted", stopped.Error?.Name);
            Assert.Equal("15", await notebook.Value("run.Checkpoints().Last()"));
            await notebook.Value("run.TrainLive();");
            Assert.StartsWith("small: 40/40 in", Plain(notebook.Output.Updates.Last(u => u.Id == notebook.Output.Displays[0].Id).Bundle), StringComparison.Ordinal);
            Assert.Equal("Figure: small (2 traces)", Plain(notebook.Output.Displays[1].Bundle));
            Assert.Equal("Figure: small (2 traces)", Plain(notebook.Output.Updates.Last(u => u.Id == notebook.Output.Displays[1].Id).Bundle));
            await notebook.Value("run.Dispose();");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        }
    }

    [Fact]
    public async Task A_live_curve_keeps_the_shape_of_many_points_and_its_last()
    {
        await using Notebook notebook = new();
        await notebook.Value("using (var curve = new LiveCurve(\"loss\")) for (int i = 0; i < 100_000; i++) curve.Add(i, -i);");
        JsonNode trace = notebook.Output.Updates[^1].Bundle.Data["application/vnd.plotly.v1+json"]!["data"]![0]!;
        Assert.Equal("Figure: untitled (1 trace)", Plain(notebook.Output.Updates[^1].Bundle));
        Assert.Equal(99_999, (double)trace["x"]!.AsArray()[^1]!);
        Assert.InRange(trace["x"]!.AsArray().Count, 400, 1001);
        Assert.InRange(notebook.Output.Updates.Count, 1, 30);
    }
}
