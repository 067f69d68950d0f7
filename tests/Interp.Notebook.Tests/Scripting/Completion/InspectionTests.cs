using Interp.Tests.Shared;

namespace Interp.Notebook.Tests.Scripting.Completion;

public sealed class InspectionTests
{
    // Most cells stand alone and can share what is known of the libraries.
    private static readonly Notebook s_empty = new();

    private static async Task<string?> At(string[] before, string cell, string mime = "text/plain")
    {
        Notebook notebook = before.Length == 0 ? s_empty : new();
        foreach (string earlier in before) await notebook.Value(earlier);
        int bar = cell.IndexOf('|', StringComparison.Ordinal);
        return (string?)(await notebook.Session.InspectAsync(cell.Remove(bar, 1), bar, TestContext.Current.CancellationToken))?.Data[mime];
    }

    private static Task<string?> At(string cell, string mime = "text/plain") => At([], cell, mime);

    [Theory]
    [InlineData("Console.Write|Line(1);", "void Console.WriteLine(int value)")]
    [InlineData("Console.WriteLine|(1);", "void Console.WriteLine(int value)")]
    [InlineData("Console.WriteLine(|", "void Console.WriteLine(int value)")]
    [InlineData("\"a\".Substring(1, |)", "string string.Substring(int startIndex, int length)")]
    [InlineData("var x = 1; x|", "int x")]
    [InlineData("var x| = 1;", "int x")]
    [InlineData("new HookedTransformer(|", "HookedTransformer.HookedTransformer(")]
    [InlineData("new Hooked|Transformer(null)", "HookedTransformer.HookedTransformer(")]
    [InlineData("HookedTrans|former m;", "class HookedTransformer")]
    [InlineData("in|t x;", "int\n\n")]
    [InlineData("new[] { 1 }.Sel|ect(x => x)", "Select")]
    public async Task The_declaration_is_shown(string cell, string expected) => Assert.Contains(expected, await At(cell));

    [Theory]
    [InlineData("1 +| 2")]
    [InlineData("|")]
    [InlineData("nothing|")]
    [InlineData("// Console|")]
    public async Task Where_nothing_is_known_there_is_no_answer(string cell) => Assert.Null(await At(cell));

    [Fact]
    public async Task Earlier_cells_are_known() => Assert.Contains("Adds one.", await At(["/// <summary>Adds one.</summary>\nint Next(int x) => x + 1;"], "Nex|t(1)"));

    [Fact]
    public async Task Our_documentation_is_shown_with_its_parts()
    {
        string text = (await At("TransformerConfig c = null; new HookedTransformer(c).RunWith|Cache(null, null)"))!;
        Assert.Contains("Parameters\n  ", text);
        string markdown = (await At("TransformerConfig c = null; new HookedTransformer(c).RunWith|Cache(null, null)", "text/markdown"))!;
        Assert.StartsWith("```csharp\n", markdown);
        Assert.Contains("**Parameters**\n\n- `", markdown);
        Assert.DoesNotContain("<see", markdown);
    }

    [Fact]
    public async Task The_frameworks_documentation_is_shown_where_the_SDK_is()
    {
        string packs = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        Optional.Need(Directory.Exists(packs), "the SDK's reference pack");
        Assert.Contains("Retrieves a substring", await At("\"a\".Subst|ring(1)"));
        Assert.Contains("Writes the text representation", await At("Console.Write|Line(1)"));
        Assert.Contains("Projects each element", await At("new[] { 1 }.Sel|ect(x => x)"));
        Assert.Contains("list of objects", await At("List|<int> x;"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Creates a task that completes after", await At("Task.Del|ay(1)"));
    }
}
