using System.CommandLine.Parsing;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Interp.Tests.Shared;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace Interp.Cli.Tests;

/// <summary>
/// The pages of docs/ do what they say: their C# cells compile and run, one after the other on one state as in a notebook, their commands run, and both
/// print what stands below them. With INTERP_UPDATE_DOCS=1 the outputs and pictures are written anew instead.
/// </summary>
[Collection(Alone)]
public sealed partial class DocumentTests : IDisposable
{
    /// <summary>The console and the current folder are one for the process.</summary>
    private const string Alone = "documents, while no other test runs";

    /// <summary>Pictures are small, so that the pages load at once.</summary>
    private const long LargestPicture = 60_000;

    private static readonly bool s_update = Environment.GetEnvironmentVariable("INTERP_UPDATE_DOCS") == "1";

    private static readonly string s_docs = Path.Combine(Optional.RepositoryRoot, "docs");

    private static readonly ScriptOptions s_options = ScriptOptions.Default
        .AddReferences(((string[])["Interp.Tensors", "Interp.Models", "Interp.Kernels", "Interp.Analysis", "Interp.Training", "Interp.Plots"]).Select(Assembly.Load))
        .AddImports("System", "System.Collections.Generic", "System.IO", "System.Linq");

    private readonly string _before = Environment.CurrentDirectory;

    private readonly string _files = Directory.CreateTempSubdirectory("interp-docs-").FullName;

    public DocumentTests()
    {
        // Cells and commands name the example by its path from the root of the repository, and write their files into the current folder.
        Environment.CurrentDirectory = _files;
        Directory.CreateDirectory("docs/example");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(s_docs, "example"))) File.Copy(file, Path.Combine("docs/example", Path.GetFileName(file)));
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_files, recursive: true);
    }

    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(s_docs, "*.md").Where(page => File.ReadAllText(page).Contains("docs/example", StringComparison.Ordinal)).Select(page => Path.GetFileName(page)).Order()];

    [Theory, MemberData(nameof(Pages))]
    public async Task A_page_prints_what_it_says(string page)
    {
        string path = Path.Combine(s_docs, page), text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        ScriptState<object>? state = null;
        List<(int Start, int Length, string Output)> updates = [];
        foreach (Match block in Block().Matches(text))
        {
            string code = block.Groups["code"].Value, output;
            if (block.Groups["language"].Value == "sh") output = await Commands(code);
            else (state, output) = await Cell(state, code, page);
            Group expected = block.Groups["output"];
            if (s_update && expected.Success) updates.Add((expected.Index, expected.Length, output));
            else if (expected.Success) AssertAlike(expected.Value, output, $"{page}:{text[..block.Index].Count(c => c == '\n') + 1}");
            if (block.Groups["picture"] is { Success: true } picture) await Draw(state?.ReturnValue, Path.Combine(s_docs, picture.Value));
        }
        if (!s_update) return;
        foreach ((int start, int length, string output) in Enumerable.Reverse(updates)) text = text[..start] + output + text[(start + length)..];
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Every_page_is_in_the_table_of_contents()
    {
        string contents = File.ReadAllText(Path.Combine(s_docs, "README.md"));
        foreach (string page in Directory.EnumerateFiles(s_docs, "*.md").Select(page => Path.GetFileName(page)).Where(page => page != "README.md")) Assert.Contains($"]({page})", contents);
    }

    private static async Task<(ScriptState<object>, string)> Cell(ScriptState<object>? state, string code, string page)
    {
        TextWriter before = Console.Out;
        using StringWriter output = new(CultureInfo.InvariantCulture);
        try
        {
            Console.SetOut(output);
            state = state is null ? await CSharpScript.RunAsync(code, s_options) : await state.ContinueWithAsync(code);
        }
        catch (CompilationErrorException e)
        {
            Assert.Fail($"{page}: {e.Message}{Environment.NewLine}{code}");
        }
        finally
        {
            Console.SetOut(before);
        }
        return (state, output.ToString());
    }

    private static async Task<string> Commands(string code)
    {
        string output = "";
        foreach (string line in code.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = [.. CommandLineParser.SplitCommandLine(line)];
            Assert.Equal("interp", words[0]);
            ToolRun run = await ToolRun.Of(words[1..]);
            Assert.True(run.ExitCode == 0, $"{line}: {run.Errors}");
            output += run.Output;
        }
        return output;
    }

    private static async Task Draw(object? value, string picture)
    {
        Figure figure = Assert.IsType<Figure>(value);
        if (s_update) figure.Save(picture);
        Assert.InRange(new FileInfo(picture).Length, 1000, LargestPicture);
        // The picture is of this figure: its title and the labels of its axes are in it.
        string svg = await File.ReadAllTextAsync(picture);
        foreach (string? title in (string?[])[figure.Layout.Title, .. figure.Layout.XAxes.Select(axis => axis.Title), .. figure.Layout.YAxes.Select(axis => axis.Title)])
            if (title is not null) Assert.Contains(title, svg);
    }

    /// <summary>Words are the same and numbers nearly: another processor adds in another order.</summary>
    private static void AssertAlike(string expected, string actual, string where)
    {
        string[] wanted = Word().Split(expected.Trim()), given = Word().Split(actual.Trim());
        Assert.True(wanted.Length == given.Length, $"{where} prints{Environment.NewLine}{actual}");
        for (int i = 0; i < wanted.Length; i++)
        {
            bool alike = double.TryParse(wanted[i], CultureInfo.InvariantCulture, out double a) && double.TryParse(given[i], CultureInfo.InvariantCulture, out double b)
                ? Math.Abs(a - b) <= Math.Max(0.011, 0.01 * Math.Abs(a))
                : wanted[i] == given[i];
            Assert.True(alike, $"{where} prints '{given[i]}' where '{wanted[i]}' stands:{Environment.NewLine}{actual}");
        }
    }

    /// <summary>A cell or commands, what they print, and the picture of what the cell gives.</summary>
    [GeneratedRegex(@"^```(?<language>csharp|sh)\n(?<code>.*?)^```\n(\n?```text\n(?<output>.*?)^```\n)?(\n?!\[[^\]]*\]\((?<picture>[^)]+\.svg)\))?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class OneAtATime;

    [GeneratedRegex(@"\s+|(?<=%)|(?=%)")]
    private static partial Regex Word();
}
