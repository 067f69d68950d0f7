using System.Text.Json.Nodes;
using Interp.Notebook.Documents;
using Interp.Notebook.Scripting;

namespace Interp.Notebook.Tests.Documents;

public sealed class NotebookRunTests
{
    private static readonly CancellationToken s_cancel = TestContext.Current.CancellationToken;

    private readonly List<string> _notes = [];

    private static NotebookDocument Of(params string[] sources)
    {
        NotebookDocument document = NotebookDocument.Create();
        foreach (string source in sources) document.Insert(document.Cells.Count, CellKind.Code, source, "c");
        return document;
    }

    private async Task<(NotebookFailure? Failure, int Executed)> Run(NotebookDocument document, double? timeout = null, CancellationToken? cancellation = null)
    {
        await using CSharpSession session = new();
        NotebookRun run = new(session, document) { Note = _notes.Add, CellTimeout = timeout is { } s ? TimeSpan.FromSeconds(s) : null };
        NotebookFailure? failure = await run.RunAsync(cancellation ?? s_cancel);
        return (failure, run.Executed);
    }

    private static string[] Outputs(NotebookCell cell) =>
        [.. cell.Outputs.Select(o => MultilineText.Read(o!["text"]) ?? MultilineText.Read(o["data"]?["text/plain"]) ?? MultilineText.Read(o["ename"])!)];

    [Fact]
    public async Task Cells_run_in_order_on_one_state_and_get_numbers_and_outputs()
    {
        NotebookDocument document = Of("var x = 20;\nConsole.WriteLine(x);", "  \n", "x + 1");
        document.Insert(1, CellKind.Markdown, "text", "m");
        document.Cells[2].ExecutionCount = 9;
        Assert.Equal((null, 2), await Run(document));
        Assert.Equal([1, null, null, 2], document.Cells.Select(c => c.ExecutionCount));
        Assert.Equal(["20\n"], Outputs(document.Cells[0]));
        Assert.Equal(["21"], Outputs(document.Cells[3]));
        Assert.Equal(2, (int)document.Cells[3].Outputs[0]!["execution_count"]!);
    }

    [Fact]
    public async Task A_failing_cell_ends_the_run_and_later_cells_have_no_stale_outputs()
    {
        NotebookDocument document = Of("1", "int zero = 0;\n1 / zero", "3");
        document.Cells[2].Outputs.Add(JsonNode.Parse("""{"output_type": "stream", "name": "stdout", "text": "old"}"""));
        (NotebookFailure? failure, int executed) = await Run(document);
        Assert.Equal((2, 2, "DivideByZeroException", 2), (failure!.Cell, failure.ExecutionCount, failure.Error.Name, executed));
        Assert.Equal(["DivideByZeroException"], Outputs(document.Cells[1]));
        Assert.Empty(document.Cells[2].Outputs);
        Assert.Null(document.Cells[2].ExecutionCount);
    }

    [Fact]
    public async Task Tags_let_a_cell_fail_or_skip_it()
    {
        NotebookDocument document = Of("0");
        document.Insert(1, CellKind.Code, "throw new Exception(\"meant\");", "r", new JsonObject { ["tags"] = new JsonArray("raises-exception") });
        document.Insert(2, CellKind.Code, "throw new Exception(\"never\");", "s", new JsonObject { ["tags"] = new JsonArray("skip-execution") });
        document.Insert(3, CellKind.Code, "3", "e");
        Assert.Equal((null, 3), await Run(document));
        Assert.Equal(["Exception"], Outputs(document.Cells[1]));
        Assert.Empty(document.Cells[2].Outputs);
        Assert.Equal(["3"], Outputs(document.Cells[3]));
    }

    [Fact]
    public async Task Other_languages_are_shown_or_skipped_with_a_note()
    {
        NotebookDocument document = DibFile.Read("#!html\n<b>x</b>\n#!fsharp\nlet x = 1\n#!csharp\n1 + 1");
        Assert.Equal((null, 2), await Run(document));
        Assert.Equal("<b>x</b>", MultilineText.Read(document.Cells[0].Outputs[0]!["data"]!["text/html"]));
        Assert.Contains("fsharp", Assert.Single(_notes));
        Assert.Equal(["2"], Outputs(document.Cells[2]));
    }

    [Fact]
    public async Task A_cell_that_takes_too_long_is_stopped_and_keeps_what_it_put_out()
    {
        NotebookDocument document = Of("Console.WriteLine(\"begun\");\nwhile (true) { }", "2");
        (NotebookFailure? failure, _) = await Run(document, timeout: 2);
        Assert.Equal("Timeout", failure!.Error.Name);
        Assert.Equal(["begun\n", "Timeout"], Outputs(document.Cells[0]));
    }

    [Fact]
    public async Task Stopping_keeps_what_there_is()
    {
        NotebookDocument document = Of("1", "Console.WriteLine(\"begun\");\nwhile (true) { }", "3");
        using CancellationTokenSource stop = new();
        await using CSharpSession session = new();
        NotebookRun run = new(session, document) { Echo = (_, text) => { if (text.Contains("begun", StringComparison.Ordinal)) stop.CancelAfter(100); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(stop.Token));
        string path = Path.Combine(Directory.CreateTempSubdirectory("interp-run-").FullName, "stopped.ipynb");
        try
        {
            run.Save(path);
            NotebookDocument saved = NotebookDocument.Open(path);
            Assert.Equal(["1"], Outputs(saved.Cells[0]));
            Assert.Equal("begun\n", Outputs(saved.Cells[1])[0]);
            Assert.Empty(saved.Cells[2].Outputs);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
