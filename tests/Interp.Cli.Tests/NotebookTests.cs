using System.Text.Json;

namespace Interp.Cli.Tests;

public sealed class NotebookTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-notebook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Notebook(params string[] cells) => Write("in.ipynb", JsonSerializer.Serialize(new
    {
        cells = cells.Select((source, i) => new { cell_type = "code", execution_count = (int?)null, id = $"c{i}", metadata = new { tags = i == 0 ? new[] { "parameters" } : [] }, outputs = Array.Empty<object>(), source }),
        metadata = new { theirs = "kept" },
        nbformat = 4,
        nbformat_minor = 5,
    }));

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    [Fact]
    public async Task A_notebook_runs_in_its_folder_with_the_parameters_given()
    {
        Write("data.txt", "from the notebook's folder");
        string input = Notebook("int steps = 3; var name = \"none\";", "Console.Write(File.ReadAllText(\"data.txt\"));\n$\"{steps * 2} {name}\""), output = Path.Combine(_folder, "sub", "out.ipynb");
        string folder = Environment.CurrentDirectory;
        ToolRun run = await ToolRun.Of("notebook", "run", input, "--parameters", "steps=50", "name=a=b", "--out", output, "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(folder, Environment.CurrentDirectory);
        JsonElement result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((3, JsonValueKind.Null), (result.GetProperty("executed").GetInt32(), result.GetProperty("failed").ValueKind));
        JsonElement written = Read(output);
        Assert.Equal("kept", written.GetProperty("metadata").GetProperty("theirs").GetString());
        JsonElement outputs = written.GetProperty("cells")[2].GetProperty("outputs");
        Assert.Equal("from the notebook's folder", outputs[0].GetProperty("text")[0].GetString());
        Assert.Equal("100 a=b", string.Concat(outputs[1].GetProperty("data").GetProperty("text/plain").EnumerateArray().Select(l => l.GetString())));
        Assert.Equal("injected-parameters", written.GetProperty("cells")[1].GetProperty("metadata").GetProperty("tags")[0].GetString());
    }

    [Fact]
    public async Task A_failing_cell_ends_with_1_names_the_cell_and_saves_what_there_was()
    {
        string input = Notebook("Console.WriteLine(\"first\");", "int zero = 0;\n1 / zero", "3"), output = Path.Combine(_folder, "out.ipynb");
        ToolRun run = await ToolRun.Of("notebook", "run", input, "--out", output);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cell 2, [2]: DivideByZeroException", run.Errors);
        Assert.Contains("1 / zero", run.Errors);
        JsonElement cells = Read(output).GetProperty("cells");
        Assert.Equal("first\n", cells[0].GetProperty("outputs")[0].GetProperty("text")[0].GetString());
        Assert.Equal("error", cells[1].GetProperty("outputs")[0].GetProperty("output_type").GetString());
        Assert.Empty(cells[2].GetProperty("outputs").EnumerateArray());
    }

    [Fact]
    public async Task Without_a_file_to_write_the_outputs_text_is_printed()
    {
        string input = Write("in.dib", "#!markdown\n# Title\n#!csharp\nConsole.Error.Write(\"to stderr\");\nConsole.WriteLine(\"to stdout\");\n#!csharp\n40 + 2\n");
        ToolRun run = await ToolRun.Of("notebook", "run", input);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("to stdout\n42\n", run.Output.ReplaceLineEndings("\n"));
        Assert.Contains("to stderr", run.Errors);
    }

    [Fact]
    public async Task A_notebook_is_written_as_a_page_and_as_text()
    {
        string input = Write("in.dib", "#!markdown\n# Title\n#!csharp\n40 + 2\n"), page = Path.Combine(_folder, "page.html"), back = Path.Combine(_folder, "back.dib");
        Assert.Equal(0, (await ToolRun.Of("notebook", "run", input, "--out", page)).ExitCode);
        Assert.Contains("<h1>Title</h1>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await ToolRun.Of("notebook", "convert", input, "--out", back)).ExitCode);
        Assert.EndsWith("#!markdown\n\n# Title\n\n#!csharp\n\n40 + 2\n\n", await File.ReadAllTextAsync(back, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--parameters", "steps", "'steps'")]
    [InlineData("--parameters", "steps=many", "'many'")]
    [InlineData("--timeout", "0", "--timeout")]
    [InlineData("--out", "out.txt", "'out.txt'")]
    public async Task What_cannot_be_is_refused_before_anything_runs(string option, string value, string named)
    {
        ToolRun run = await ToolRun.Of("notebook", "run", Notebook("int steps = 3; System.IO.File.WriteAllText(\"ran\", \"\");"), option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Errors);
        Assert.False(File.Exists(Path.Combine(_folder, "ran")));
    }

    [Theory]
    [InlineData("absent.ipynb")]
    [InlineData("broken.ipynb")]
    [InlineData("broken.txt")]
    public async Task What_is_no_notebook_ends_with_1_and_is_named(string name)
    {
        Write("broken.ipynb", "{");
        Write("broken.txt", "{");
        ToolRun run = await ToolRun.Of("notebook", "run", Path.Combine(_folder, name));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(name, run.Errors);
    }
}
