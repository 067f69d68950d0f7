using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Interp.Cli.Tests.Kernel;
using Interp.Plots.Tests;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests;

/// <summary>The notebooks of notebooks/, executed from their first cell to their last by the tool and by Jupyter's own client.</summary>
[Collection("kernel processes")]
public sealed partial class StoredNotebookTests
{
    // Another processor's vectors sum in another order, and training carries such differences on: phase changes move by a snapshot, losses by hundredths.
    private const double Relative = 0.1, Absolute = 0.1;

    private static string Notebooks => Path.Combine(Optional.RepositoryRoot, "notebooks");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Notebooks, "*.ipynb").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public void The_tool_and_Jupyter_get_the_same_outputs_and_they_are_those_stored(string name)
    {
        ExternalProgram.NeedPython("nbconvert, nbclient");
        using InstalledKernel kernel = new();
        string file = Path.Combine(Notebooks, name), ours = Path.Combine(kernel.Folder, "ours.ipynb"), theirs = Path.Combine(kernel.Folder, "theirs.ipynb");
        (int code, string output, string errors) = ExternalProgram.Run(ExternalProgram.Tool[0], [.. ExternalProgram.Tool[1..], "notebook", "run", file, "--out", ours, "--timeout", "600"]);
        Assert.True(code == 0, output + errors);
        (code, output, errors) = ExternalProgram.Run(
            ExternalProgram.Python,
            ["-m", "nbconvert", "--execute", "--ExecutePreprocessor.timeout=600", "--to", "notebook", "--output-dir", kernel.Folder, "--output", "theirs.ipynb", file], kernel.Environment);
        Assert.True(code == 0, output + errors);

        Cell[] stored = Cell.Read(file), run = Cell.Read(ours), client = Cell.Read(theirs);
        Assert.Equal(stored.Select(c => (c.Id, c.Shape)), run.Select(c => (c.Id, c.Shape)));
        Assert.Equal(stored.Select(c => (c.Id, c.Shape)), client.Select(c => (c.Id, c.Shape)));
        foreach ((Cell one, Cell other) in run.Zip(client)) Assert.Equal((one.Id, one.All), (other.Id, other.All));
        foreach ((Cell then, Cell now) in stored.Zip(run)) SameText(then, now);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_stored_notebook_ran_from_its_first_cell_to_its_last_and_fits_a_repository(string name)
    {
        string file = Path.Combine(Notebooks, name);
        JsonNode notebook = JsonNode.Parse(File.ReadAllText(file))!;
        JsonNode[] code = [.. notebook["cells"]!.AsArray().Where(c => (string)c!["cell_type"]! == "code").Select(c => c!)];
        Assert.Equal(Enumerable.Range(1, code.Length), code.Select(c => (int)c["execution_count"]!));
        Assert.DoesNotContain(code.SelectMany(c => c["outputs"]!.AsArray()), o => (string)o!["output_type"]! == "error");
        Assert.Equal("interp", (string)notebook["metadata"]!["kernelspec"]!["name"]!);
        Assert.InRange(new FileInfo(file).Length, 0, 1_500_000);
    }

    [Fact]
    public async Task The_first_notebook_opens_with_no_network_and_its_heads_can_be_chosen()
    {
        string page = Path.Combine(Directory.CreateTempSubdirectory("interp-page-").FullName, "page.html");
        ToolRun convert = await ToolRun.Of("notebook", "convert", Path.Combine(Notebooks, "01-first-look.ipynb"), "--out", page);
        Assert.True(convert.ExitCode == 0, convert.Errors);
        // BrowserPage fails the test where the page writes an error.
        string answer = BrowserPage.Evaluate(await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), """
            await until(() => document.querySelectorAll("[data-interp-figure] .main-svg").length > 0 && document.querySelectorAll("[data-interp-drawn=yes]").length >= 3),
            window.attention = [...document.querySelectorAll("[data-interp-view]")].map(host => host.shadowRoot).find(root => root.querySelector(".thumb")),
            window.thumbs = attention.querySelectorAll(".thumb"),
            thumbs[2].click(),
            [document.querySelectorAll("[data-interp-figure] .main-svg").length > 0, thumbs.length, thumbs[2].getAttribute("aria-pressed"), attention.textContent.includes("Head 0.2")].join(" ")
            """);
        Assert.Equal("true 8 true true", answer);
        Directory.Delete(Path.GetDirectoryName(page)!, recursive: true);
    }

    // The numbers of a cell's text agree with the stored ones within the tolerance; its words are the same.
    private static void SameText(Cell then, Cell now)
    {
        double[] expected = Numbers(then.Text), actual = Numbers(now.Text);
        Assert.True(expected.Length == actual.Length, $"{then.Id}: stored '{then.Text}', now '{now.Text}'");
        foreach ((double e, double a) in expected.Zip(actual))
            Assert.True(Math.Abs(e - a) <= Absolute + (Relative * Math.Abs(e)), $"{then.Id}: stored {e}, now {a} in '{now.Text}'");
    }

    private static double[] Numbers(string text) => [.. Number().Matches(text).Select(m => double.Parse(m.Value, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"-?\d[\d,]*(\.\d+)?")]
    private static partial Regex Number();

    /// <summary>What a code cell put out: its kinds of output, its text, and all of it but where figures take their script from.</summary>
    private sealed record Cell(string Id, string Shape, string Text, string All)
    {
        public static Cell[] Read(string file) =>
            [.. JsonNode.Parse(File.ReadAllText(file))!["cells"]!.AsArray().Where(c => (string)c!["cell_type"]! == "code").Select(c => Of((string)c!["id"]!, c["outputs"]!.AsArray()))];

        private static Cell Of(string id, JsonArray outputs)
        {
            List<string> shape = [], text = [], all = [];
            foreach (JsonNode? output in outputs)
            {
                JsonObject data = output!["data"]?.AsObject() ?? new JsonObject { ["text/plain"] = output["text"]?.DeepClone() };
                shape.Add($"{output["output_type"]} {string.Join(' ', data.Select(d => d.Key).Order(StringComparer.Ordinal))}");
                text.Add(Join(data["text/plain"]));
                // A figure's HTML says the same as its JSON, and brings plotly.js or not.
                all.AddRange(data.Where(d => d.Key != "text/html" || !data.ContainsKey(Figure.PlotlyMimeType)).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Value is JsonObject json ? Sorted(json) : Join(d.Value)));
            }
            return new Cell(id, string.Join('\n', shape), string.Join('\n', text), string.Join('\n', all));
        }

        private static string Join(JsonNode? text) => text is JsonArray lines ? string.Concat(lines.Select(l => (string)l!)) : (string?)text ?? "";

        // Jupyter sorts the properties of what it saves.
        private static string Sorted(JsonNode? node) => node switch
        {
            JsonObject o => "{" + string.Join(',', o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Sorted(p.Value)}")) + "}",
            JsonArray a => "[" + string.Join(',', a.Select(Sorted)) + "]",
            JsonValue v when v.GetValueKind() == System.Text.Json.JsonValueKind.Number => ((double)v).ToString("R", CultureInfo.InvariantCulture),
            _ => node?.ToJsonString() ?? "null",
        };
    }
}
