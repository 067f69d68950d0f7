using System.Reflection;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting;

public sealed class MagicTests
{
    [Fact]
    public async Task Time_is_told()
    {
        await using Notebook notebook = new();
        Assert.Equal("5", await notebook.Value("#!time\nThread.Sleep(20);\n5"));
        string text = (string)notebook.Output.Displays.Single().Bundle.Data["text/plain"]!;
        Assert.Matches(@"^Wall time: \d+\.\d ms$", text);
        Assert.True(double.Parse(text["Wall time: ".Length..^3], System.Globalization.CultureInfo.InvariantCulture) >= 20);
    }

    [Theory]
    [InlineData("#!lsmagic")]
    [InlineData("#!help")]
    public async Task Magics_are_listed(string magic)
    {
        await using Notebook notebook = new();
        await notebook.Value(magic);
        string text = (string)notebook.Output.Displays.Single().Bundle.Data["text/plain"]!;
        foreach (string name in new[] { "#!time", "#!who", "#!whos", "#!lsmagic", "#!csharp", "#!html" }) Assert.Contains(name, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_are_listed_as_the_next_cell_sees_them()
    {
        await using Notebook notebook = new();
        await notebook.Value("int alpha = 1; var beta = new List<string> { \"b\" }; int F() => 1; class C { }");
        await notebook.Value("double alpha = 2.5;");
        await notebook.Value("#!who");
        Assert.Equal("alpha  beta", (string?)notebook.Output.Displays.Single().Bundle.Data["text/plain"]);
        await notebook.Value("#!whos");
        string table = (string)notebook.Output.Displays.Single().Bundle.Data["text/plain"]!;
        Assert.Matches(@"alpha\s+double\s+2\.5", table);
        Assert.Matches(@"beta\s+List<string>", table);
    }

    [Fact]
    public async Task An_unknown_magic_is_named_with_its_line()
    {
        await using Notebook notebook = new();
        CellError error = await notebook.Error("1 + 1\n#!tim");
        Assert.Equal(("MagicError", "There is no magic #!tim. Did you mean #!time?"), (error.Name, error.Message));
        Assert.Equal("   Cell [1], line 2: #!tim", error.Traceback[1]);
        Assert.Contains("belongs to .NET Interactive", (await notebook.Error("#!fsharp\nlet x = 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Languages_of_dib_files_are_understood_and_lines_stay()
    {
        await using Notebook notebook = new();
        Assert.Equal("3", await notebook.Value("#!csharp\nint a = 1;\n\n#!html\n<b>bold</b>\n\n#!c#\na + 2"));
        Assert.Equal("<b>bold</b>", (string?)notebook.Output.Displays.Single().Bundle.Data["text/html"]);
        await notebook.Run("#!markdown\n# Title");
        CellError error = await notebook.Error("#!csharp\nint z = 0;\n#!csharp\n1 / z");
        Assert.Equal("   Cell [3], line 4: 1 / z", error.Traceback[^1]);
    }

    [Fact]
    public async Task What_looks_like_a_magic_in_a_string_or_comment_is_none()
    {
        await using Notebook notebook = new();
        Assert.Equal("\n#!nothing\n#r \"nuget: None\"\n", await notebook.Value("@\"\n#!nothing\n#r \"\"nuget: None\"\"\n\"".Replace("\"\"nuget: None\"\"", "\"\"nuget: None\"\"", StringComparison.Ordinal)));
        Assert.Equal("1", await notebook.Value("/*\n#!nothing\n*/\n1"));
    }

    [Fact]
    public async Task A_script_is_loaded_with_its_own_lines_and_an_assembly_by_its_path()
    {
        string folder = Directory.CreateTempSubdirectory("interp-").FullName;
        try
        {
            string script = Path.Combine(folder, "part.csx");
            await File.WriteAllTextAsync(script, "int Loaded(int n)\n{\n    return 1 / n;\n}\nint fromScript = 5;\nint Summed(int n) => new[] { n }\n    .Select(x =>\n        1 / x)\n    .Sum();\nint Asked(int n) => (from x in new[] { n }\n    select(1 / x)).Sum();\n");
            await using Notebook notebook = new();
            Assert.Equal("5", await notebook.Value($"#load \"{script}\"\nfromScript"));
            Assert.Contains("   part.csx, line 3, in Loaded", (await notebook.Error("Loaded(0)")).Traceback);
            Assert.Contains((await notebook.Error("Summed(0)")).Traceback, line => line.StartsWith("   part.csx, line 8", StringComparison.Ordinal));
            Assert.Contains((await notebook.Error("Asked(0)")).Traceback, line => line.StartsWith("   part.csx, line 11", StringComparison.Ordinal));
            string other = Path.Combine(folder, "Renamed.dll");
            Assert.Contains("CS0006", (await notebook.Error($"#r \"{other}\"")).Message, StringComparison.Ordinal);
            Assert.Equal("True", await notebook.Value($"#r \"{typeof(MagicTests).Assembly.Location}\"\ntypeof({typeof(Busy).FullName}).Name == \"Busy\""));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
