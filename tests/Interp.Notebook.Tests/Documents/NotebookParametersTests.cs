using System.Text.Json.Nodes;
using Interp.Notebook.Documents;

namespace Interp.Notebook.Tests.Documents;

public sealed class NotebookParametersTests
{
    private readonly List<string> _notes = [];

    private static NotebookDocument With(string? parameters)
    {
        NotebookDocument document = NotebookDocument.Create();
        document.Insert(0, CellKind.Markdown, "# Title", "m");
        if (parameters is not null) document.Insert(1, CellKind.Code, parameters, "p", new JsonObject { ["tags"] = new JsonArray("parameters") });
        return document;
    }

    private string Injected(string? parameters, params (string, string)[] values)
    {
        NotebookDocument document = With(parameters);
        NotebookParameters.Inject(document, [.. values.Select(v => KeyValuePair.Create(v.Item1, v.Item2))], _notes.Add);
        NotebookCell cell = document.Cells.Single(c => c.Tags.Contains("injected-parameters"));
        Assert.Equal(parameters is null ? 0 : 2, document.Cells.Index().First(c => c.Item == cell).Index);
        return cell.Source;
    }

    [Theory]
    [InlineData("int steps = 3;", "7", "int steps = 7;")]
    [InlineData("var steps = 3;", "7", "int steps = 7;")]
    [InlineData("var steps = -3.5;", "7", "double steps = 7d;")]
    [InlineData("double steps = 3;", "1e-3", "double steps = 0.001d;")]
    [InlineData("float steps = 3;", "0.1", "float steps = 0.1f;")]
    [InlineData("long steps = 3;", "7", "long steps = 7L;")]
    [InlineData("string steps = null;", "7", "string steps = \"7\";")]
    [InlineData("string? steps;", "a \"b\"\\\n;", "string steps = \"a \\\"b\\\"\\\\\\n;\";")]
    [InlineData("bool steps = false;", "True", "bool steps = true;")]
    [InlineData("var steps = Compute();", "2.5", "double steps = 2.5d;")]
    public void A_value_takes_the_declared_type(string declared, string value, string expected) => Assert.Equal($"// Parameters\n{expected}", Injected(declared, ("steps", value)));

    [Theory]
    [InlineData("1", "int x = 1;")]
    [InlineData("-1", "int x = -1;")]
    [InlineData("3000000000", "long x = 3000000000L;")]
    [InlineData("1.5", "double x = 1.5d;")]
    [InlineData("true", "bool x = true;")]
    [InlineData("small model", "string x = \"small model\";")]
    [InlineData("", "string x = \"\";")]
    public void Without_a_declaration_the_value_decides(string value, string expected) => Assert.Equal($"// Parameters\n{expected}", Injected(null, ("x", value)));

    [Fact]
    public void The_last_of_a_name_counts_and_keywords_are_escaped() => Assert.Equal("// Parameters\nint b = 2;\nint @class = 3;", Injected(null, ("b", "1"), ("b", "2"), ("class", "3")));

    [Fact]
    public void A_name_that_the_notebook_does_not_declare_is_set_with_a_note()
    {
        Injected("int steps = 3;", ("step", "7"));
        Assert.Contains("'step'", Assert.Single(_notes));
    }

    [Fact]
    public void An_earlier_injected_cell_is_replaced()
    {
        NotebookDocument document = With("int steps = 3;");
        foreach (string value in (string[])["7", "8"]) NotebookParameters.Inject(document, [new("steps", value)], _notes.Add);
        Assert.Equal(3, document.Cells.Count);
        Assert.EndsWith("int steps = 8;", document.Cells[2].Source);
    }

    [Theory]
    [InlineData("int steps = 3;", "steps", "many", "'many'")]
    [InlineData("int[] steps = [3];", "steps", "4", "int[]")]
    [InlineData(null, "my-steps", "4", "my-steps")]
    [InlineData(null, "x = 1; int y", "4", "cannot be the name")]
    public void What_does_not_fit_is_refused(string? declared, string name, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Injected(declared, (name, value))).Message);
}
