namespace Interp.Notebook.Tests.Scripting;

public sealed class StateTests
{
    [Fact]
    public async Task Variables_functions_types_and_usings_of_earlier_cells_are_there()
    {
        await using Notebook notebook = new();
        await notebook.Value("using System.Globalization;\nint x = 20; int Twice(int n) => 2 * n; record Point(int X, int Y);");
        Assert.Equal("41", await notebook.Value("Twice(x) + 1"));
        Assert.Equal("Point { X = 1, Y = 2 }", await notebook.Value("new Point(1, 2).ToString()"));
        Assert.Equal("40,5", await notebook.Value("40.5.ToString(new NumberFormatInfo { NumberDecimalSeparator = \",\" })"));
    }

    [Fact]
    public async Task A_variable_function_or_type_may_be_defined_again_as_another()
    {
        await using Notebook notebook = new();
        await notebook.Value("int x = 1; int F() => x; class C { public int A = 1; }");
        await notebook.Value("string x = \"new\"; string F() => x + \"!\"; class C { public string B = \"b\"; }");
        Assert.Equal("new!b", await notebook.Value("F() + new C().B"));
    }

    [Fact]
    public async Task The_last_expression_is_the_value_and_a_statement_has_none()
    {
        await using Notebook notebook = new();
        Assert.Equal("3", await notebook.Value("var a = 1;\na + 2"));
        Assert.Null(await notebook.Value("a = 7;"));
        Assert.Null(await notebook.Value("Console.Write(a)"));
        Assert.Equal("7", notebook.Output.Stdout);
        Assert.Null(await notebook.Value(""));
        Assert.Null(await notebook.Value("// nothing"));
    }

    [Fact]
    public async Task Await_works_at_the_top()
    {
        await using Notebook notebook = new();
        Assert.Equal("5", await notebook.Value("await Task.Yield();\nint five = await Task.Run(() => 5);\nfive"));
    }

    [Fact]
    public async Task What_ran_before_a_failure_is_kept()
    {
        await using Notebook notebook = new();
        await notebook.Value("int x = 1;");
        Assert.Equal("CompilationError", (await notebook.Error("int y = 2; nonsense();")).Name);
        await notebook.Error("x = 3; int z = 4; int w = x / (z - 4); int never = 5;");
        Assert.Equal("3 4 0 0", await notebook.Value("$\"{x} {z} {w} {never}\""));
        Assert.Equal("CompilationError", (await notebook.Error("y")).Name);
    }
}
