using Interp.Notebook.Documents;

namespace Interp.Notebook.Tests.Documents;

public sealed class DibFileTests
{
    private const string Sample = """
        #!meta

        {"kernelInfo":{"defaultKernelName":"csharp","items":[{"aliases":["c#"],"languageName":"csharp","name":"csharp"},{"name":"myDatabase"}]}}

        #!markdown

        # Title

        #!csharp

        #!time
        #r "nuget: X, 1.0"
        var x = 1;

        #!fsharp

        let y = 2

        #!myDatabase

        select 1

        #!c#

        #!csharp --name other
        x + 1
        """;

    [Fact]
    public void Each_marker_begins_a_cell_and_magics_stay_in_theirs()
    {
        NotebookDocument document = DibFile.Read(Sample);
        Assert.Equal(
            [(CellKind.Markdown, "csharp", "# Title"), (CellKind.Code, "csharp", "#!time\n#r \"nuget: X, 1.0\"\nvar x = 1;"), (CellKind.Code, "fsharp", "let y = 2"), (CellKind.Code, "mydatabase", "select 1"), (CellKind.Code, "csharp", "x + 1")],
            document.Cells.Select(c => (c.Kind, c.Language, c.Source)));
    }

    [Theory]
    [InlineData("var x = 1;", "csharp", "var x = 1;")]
    [InlineData("\r\n\r\n  var x = 1;\r\n\r\n", "csharp", "  var x = 1;")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"fsharp\"}}\n#!html\n<b>", "html", "<b>")]
    public void Text_before_the_first_marker_is_a_cell(string text, string language, string source)
    {
        NotebookCell cell = Assert.Single(DibFile.Read(text).Cells);
        Assert.Equal((language, source), (cell.Language, cell.Source));
    }

    [Fact]
    public void Written_and_read_again_the_cells_are_the_same()
    {
        NotebookDocument document = DibFile.Read(Sample);
        Assert.Equal(document.ToJson(), DibFile.Read(DibFile.Write(document)).ToJson());
    }

    [Fact]
    public void An_empty_file_is_a_notebook_without_cells() => Assert.Empty(DibFile.Read("").Cells);

    [Fact]
    public void A_broken_meta_block_is_named() => Assert.Contains("#!meta", Assert.Throws<FormatException>(() => DibFile.Read("#!meta\nnot json\n#!csharp\n1")).Message);
}
