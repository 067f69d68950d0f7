using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Interp.Notebook.Documents;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Documents;

public sealed class NotebookOutputsTests
{
    private readonly NotebookDocument _document = NotebookDocument.Create();
    private readonly NotebookOutputs _outputs = new();

    private NotebookCell Cell() => _document.Insert(_document.Cells.Count, CellKind.Code, "x", "c");

    private string[] Texts(NotebookCell cell)
    {
        string[] texts = [];
        _outputs.Settle(() => texts = [.. cell.Outputs.Select(o => MultilineText.Read(o!["text"]) ?? MultilineText.Read(o["data"]?["text/plain"]) ?? (string)o["ename"]!)]);
        return texts;
    }

    [Fact]
    public void Text_of_one_stream_is_merged_until_something_else_comes()
    {
        NotebookCell cell = Cell();
        ICellOutput output = _outputs.Start(cell);
        output.Write(StreamName.Stdout, "a");
        output.Write(StreamName.Stdout, "b\nc");
        Assert.Equal(["ab\nc"], Texts(cell));
        output.Write(StreamName.Stdout, "d\n");
        output.Write(StreamName.Stderr, "e");
        output.Write(StreamName.Stdout, "f");
        output.Display(MimeBundle.PlainText("g"), null);
        output.Write(StreamName.Stdout, "h");
        Assert.Equal(["ab\ncd\n", "e", "f", "g", "h"], Texts(cell));
        Assert.Equal(["ab\n", "cd\n"], cell.Outputs[0]!["text"]!.AsArray().Select(t => (string)t!));
    }

    [Fact]
    public void An_update_changes_every_display_of_its_id_in_any_cell()
    {
        NotebookCell first = Cell(), second = Cell();
        ICellOutput one = _outputs.Start(first), two = _outputs.Start(second);
        one.Display(MimeBundle.PlainText("0 %"), "p");
        one.Display(MimeBundle.PlainText("other"), "q");
        two.Display(MimeBundle.PlainText("50 %"), "p");
        Assert.Equal(["50 %", "other"], Texts(first));
        two.UpdateDisplay(MimeBundle.PlainText("100 %"), "p");
        two.UpdateDisplay(MimeBundle.PlainText("nowhere"), "unknown");
        Assert.Equal(["100 %", "other"], Texts(first));
        Assert.Equal(["100 %"], Texts(second));
    }

    [Fact]
    public void Clearing_waits_for_the_next_output_where_it_is_told_to()
    {
        NotebookCell cell = Cell();
        ICellOutput output = _outputs.Start(cell);
        output.Write(StreamName.Stdout, "a");
        output.Clear(wait: true);
        Assert.Equal(["a"], Texts(cell));
        output.Write(StreamName.Stdout, "b");
        Assert.Equal(["b"], Texts(cell));
        output.Clear(wait: false);
        Assert.Empty(Texts(cell));
    }

    [Fact]
    public void The_last_value_and_the_error_stand_in_nbformats_form()
    {
        NotebookCell cell = Cell();
        cell.ExecutionCount = 4;
        _outputs.Start(cell);
        MimeBundle value = new(
            new JsonObject { ["text/plain"] = "a\nb", ["application/vnd.plotly.v1+json"] = new JsonObject { ["data"] = new JsonArray() }, ["image/png"] = "AAAA", ["image/svg+xml"] = "<svg>\n</svg>" },
            new JsonObject { ["image/png"] = new JsonObject { ["width"] = 3 } });
        _outputs.End(cell, new CellResult(value, new CellError("E", "m", ["E: m", "Cell [4], line 1"])));
        Assert.Equal(
            """[{"data":{"application/vnd.plotly.v1+json":{"data":[]},"image/png":"AAAA","image/svg+xml":["<svg>\n","</svg>"],"text/plain":["a\n","b"]},"execution_count":4,"metadata":{"image/png":{"width":3}},"output_type":"execute_result"},{"ename":"E","evalue":"m","output_type":"error","traceback":["E: m","Cell [4], line 1"]}]""",
            cell.Outputs.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void A_flood_of_text_is_cut_and_says_so()
    {
        NotebookCell cell = Cell();
        ICellOutput output = _outputs.Start(cell);
        string block = new('x', 1 << 20);
        for (int i = 0; i < 100; i++) output.Write(StreamName.Stdout, block);
        string text = Assert.Single(Texts(cell));
        Assert.InRange(text.Length, NotebookOutputs.MostStreamCharacters, NotebookOutputs.MostStreamCharacters + 200);
        Assert.EndsWith("the rest is not kept\n", text);
    }

    [Fact]
    public void Nobody_answers_a_question() => Assert.Contains("--parameters", Assert.Throws<InvalidOperationException>(() => _outputs.Start(Cell()).ReadLine("?", false, default)).Message);

    [Fact]
    public void What_comes_after_its_cell_ended_goes_to_that_cell()
    {
        NotebookCell first = Cell(), second = Cell();
        ICellOutput late = _outputs.Start(first);
        _outputs.End(first, new CellResult(null, null));
        _outputs.Start(second);
        late.Write(StreamName.Stdout, "late");
        Assert.Equal(["late"], Texts(first));
        Assert.Empty(Texts(second));
    }
}
