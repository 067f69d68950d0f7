using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting.Completion;

public sealed class CompletionTests
{
    // Most cells stand alone and can share what is known of the libraries.
    private static readonly Notebook s_empty = new();

    /// <summary>Completes at the bar in the last cell, after running those before it.</summary>
    private static async Task<Completions> At(params string[] cells)
    {
        Notebook notebook = cells.Length == 1 ? s_empty : new();
        foreach (string cell in cells[..^1]) await notebook.Value(cell);
        int bar = cells[^1].IndexOf('|', StringComparison.Ordinal);
        return await notebook.Session.CompleteAsync(cells[^1].Remove(bar, 1), bar, TestContext.Current.CancellationToken);
    }

    private static async Task<string[]> Texts(params string[] cells) => [.. (await At(cells)).Items.Select(i => i.Text)];

    [Theory]
    [InlineData("Console.Wri|", "WriteLine")]
    [InlineData("\"a\".ToU|", "ToUpper")]
    [InlineData("new[] { 1 }.Sel|", "Select")]
    [InlineData("new HookedTr|", "HookedTransformer")]
    [InlineData("hookedt|", "HookedTransformer")]
    [InlineData("HT|", "HookedTransformer")]
    [InlineData("TransformerConfig c = null; var m = new HookedTransformer(c, 0); m.rwc|", "RunWithCache")]
    [InlineData("for|", "foreach")]
    [InlineData("var x = ne|", "new")]
    [InlineData("if (true) { int local = 1; loc| }", "local")]
    [InlineData("int F(int argument) { return arg|", "argument")]
    [InlineData("using System.Thr|", "Threading")]
    [InlineData("List<str|", "string")]
    [InlineData("[Obs|] class C { }", "Obsolete")]
    [InlineData("object o = 1; if (o is i|", "int")]
    [InlineData("var s = $\"{Environment.Proc|}\";", "ProcessorCount")]
    [InlineData("from x in new[] { 1 } whe|", "where")]
    [InlineData("#!time\nConsole.Wri|", "WriteLine")]
    [InlineData("await Task.Del|", "Delay")]
    [InlineData("class C { pub|", "public")]
    public async Task What_people_type_is_completed(string cell, string expected) => Assert.Contains(expected, await Texts(cell));

    [Theory]
    [InlineData("// Cons|")]
    [InlineData("/* Cons| */")]
    [InlineData("var s = \"Cons|\";")]
    [InlineData("var s = $\"Cons|\";")]
    [InlineData("var x = 1e|")]
    [InlineData("#!markdown\nCons|")]
    [InlineData("int Cons|")]
    [InlineData("Console.NoSuchMember|")]
    public async Task Where_nothing_can_stand_nothing_is_offered(string cell) => Assert.Empty(await Texts(cell));

    [Theory]
    [InlineData("DayOfWeek d = |", "DayOfWeek.Monday")]
    [InlineData("DayOfWeek d = mon|", "DayOfWeek.Monday")]
    [InlineData("DayOfWeek d = DayOfWeek.M|", "Monday")]
    [InlineData("if (DateTime.Now.DayOfWeek == |", "DayOfWeek.Monday")]
    [InlineData("switch (DateTime.Now.DayOfWeek) { case |", "DayOfWeek.Monday")]
    [InlineData("var s = DateTime.Now.DayOfWeek switch { |", "DayOfWeek.Monday")]
    [InlineData("\"a\".Equals(\"b\", |", "StringComparison.Ordinal")]
    [InlineData("\"a\".Equals(\"b\", comparisonType: |", "StringComparison.Ordinal")]
    public async Task An_enums_members_come_where_its_type_is_expected(string cell, string expected) => Assert.Contains(expected, await Texts(cell));

    [Theory]
    [InlineData("var c = new TransformerConfig { |", "DModel")]
    [InlineData("var c = new TransformerConfig { Layers = 2, DMo|", "DModel")]
    [InlineData("TransformerConfig c = null; var d = c with { |", "DModel")]
    [InlineData("\"a\".Substring(|", "startIndex: ")]
    [InlineData("\"a\".Substring(0, len|", "length: ")]
    [InlineData("new System.Text.StringBuilder(cap|", "capacity: ")]
    [InlineData("class C { public override |", "string ToString()")]
    [InlineData("class C { public override string To|", "ToString()")]
    public async Task Initialisers_named_arguments_and_overrides_are_offered(string cell, string expected) => Assert.Contains(expected, await Texts(cell));

    [Fact]
    public async Task What_an_initialiser_or_a_call_has_already_is_not_offered_again()
    {
        Assert.DoesNotContain("Layers", await Texts("var c = new TransformerConfig { Layers = 2, |"));
        Assert.DoesNotContain("startIndex: ", await Texts("\"a\".Substring(startIndex: 1, |"));
    }

    [Fact]
    public async Task Earlier_cells_count_and_the_later_of_two_definitions_wins()
    {
        string[] cells = ["using System.Diagnostics;", "var number = 1; int Twice(int x) => 2 * x;\nclass Pair { public int First; }", "var number = \"text\";", "var pair = new Pair();"];
        Assert.Contains("Length", await Texts([.. cells, "number.Len|"]));
        Assert.Contains("Twice", await Texts([.. cells, "Twi|"]));
        Assert.Equal(["First"], await Texts([.. cells, "pair.Fir|"]));
        Assert.Contains("Stopwatch", await Texts([.. cells, "Stopw|"]));
        Assert.Equal("number", (await At([.. cells, "num|"])).Items[0].Text);
    }

    [Fact]
    public async Task The_word_around_the_cursor_is_replaced()
    {
        Completions middle = await At("  Cons|ol.Write();");
        Assert.Equal((2, 8), (middle.Start, middle.End));
        Completions magic = await At("\n#!ti|");
        Assert.Equal((1, 5), (magic.Start, magic.End));
    }

    [Fact]
    public async Task Overloads_are_one_entry_with_declaration_and_documentation()
    {
        Execution.Completion item = (await At("Console.WriteL|")).Items.Single(i => i.Text == "WriteLine");
        Assert.Equal("function", item.Kind);
        Assert.Matches(@"^void Console\.WriteLine\(\) \(\+ \d+ overloads\)$", item.Signature);
        Execution.Completion ours = (await At("HookedTr|")).Items[0];
        Assert.Equal(("HookedTransformer", "class"), (ours.Text, ours.Kind));
        Assert.Contains("transformer", ours.Documentation, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_nearest_come_first_and_better_matches_before_worse()
    {
        string[] texts = await Texts("var console = 1; { int con = 2; con|");
        Assert.Equal(["con", "console"], texts[..2]);
        Assert.True(Array.IndexOf(texts, "Console") > Array.IndexOf(texts, "continue"));
    }

    [Theory]
    [InlineData("#!ti|", "#!time")]
    [InlineData("#|", "#!time")]
    public async Task Magics_are_completed(string cell, string expected) => Assert.Contains(expected, await Texts(cell));

    [Fact]
    public async Task Files_are_completed_in_directives()
    {
        string folder = Directory.CreateTempSubdirectory("interp-completion-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "library"));
            foreach (string name in (string[])["liba.dll", "notes.txt", "script.csx"]) await File.WriteAllTextAsync(Path.Combine(folder, name), "", TestContext.Current.CancellationToken);
            string path = folder.Replace('\\', '/');
            Assert.Equal(["liba.dll", "library/"], await Texts($"#r \"{path}/li|"));
            Assert.Equal(["library/", "script.csx"], await Texts($"#load \"{path}/|"));
            Assert.Contains("nuget: ", await Texts("#r \"|"));
            Assert.Empty(await Texts($"#r \"{path}/no-such/|"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Whatever is half written must give an answer, not an exception.
    [Fact]
    public async Task Every_prefix_of_a_cell_can_be_completed()
    {
        const string cell = "#!time\nusing System.Text;\n[Obsolete] record P(int X) { public override string ToString() => $\"{X:F2} {{\"; }\nvar q = from c in \"a\\\"b\" where c is not 'x' select new { c, D = c switch { 'y' => 1, _ => 2 } };\nforeach (var (a, b) in q.Select((e, i) => (e, i))) { q.First(predicate: e => e.c == 'z' /* ? */); }";
        await using Notebook notebook = new();
        for (int i = 0; i <= cell.Length; i++)
        {
            Completions found = await notebook.Session.CompleteAsync(cell[..i], i, TestContext.Current.CancellationToken);
            Assert.InRange(found.Start, 0, i);
            await notebook.Session.InspectAsync(cell, i, TestContext.Current.CancellationToken);
        }
    }
}
