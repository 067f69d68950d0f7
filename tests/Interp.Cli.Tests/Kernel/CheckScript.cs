using System.Text.RegularExpressions;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests.Kernel;

/// <summary>A script of many checks that prints <c>ok NAME …</c> or <c>FAILED NAME: why</c> for each; run once, asked for each.</summary>
public abstract partial class CheckScript
{
    private readonly Lazy<(Dictionary<string, string> Lines, string All)> _result;

    protected CheckScript() => _result = new(() =>
    {
        string all = RunAll();
        return (ResultLine().Matches(all).ToDictionary(m => m.Groups[1].Value, m => m.Value), all);
    });

    /// <summary>Fails with what the script said of a check, unless that is ok.</summary>
    public void Passes(string check)
    {
        (Dictionary<string, string> lines, string all) = _result.Value;
        string? line = lines.GetValueOrDefault(check);
        Assert.True(line?.StartsWith("ok ", StringComparison.Ordinal), line ?? $"The run ended before this check:\n{all}");
    }

    /// <summary>Everything that the script printed.</summary>
    protected abstract string RunAll();

    /// <summary>A script of tests/tools.</summary>
    protected static string ToolPath(params string[] path) => Path.Combine([Optional.RepositoryRoot, "tests", "tools", .. path]);

    /// <summary>The names of a script's checks, found in its text by a pattern's first group.</summary>
    protected static IEnumerable<string> Names(string script, string pattern) =>
        Regex.Matches(File.ReadAllText(script), pattern, RegexOptions.Multiline).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"^(?:ok|FAILED) (\w+).*$", RegexOptions.Multiline)]
    private static partial Regex ResultLine();
}
