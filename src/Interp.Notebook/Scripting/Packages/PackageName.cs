using System.Text.RegularExpressions;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>What <c>#r "nuget: Id, Version"</c> asks for.</summary>
/// <param name="Id">The package.</param>
/// <param name="Version">A version or a range; null takes the newest stable one.</param>
internal sealed partial record PackageName(string Id, string? Version)
{
    /// <summary>Reads the text between the quotes: <c>nuget: Id</c> or <c>nuget: Id, Version</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static PackageName Parse(string reference)
    {
        Match match = Syntax.Match(reference);
        if (!match.Success)
            throw new FormatException($"'{reference}' names no package: write #r \"nuget: Name, 1.2.3\", or #r \"nuget: Name\" for the newest version (\"nuget: Name, *-*\" counts previews too).");
        return new PackageName(match.Groups["id"].Value, match.Groups["version"] is { Success: true } version ? version.Value : null);
    }

    /// <summary>Whether another day may bring another version.</summary>
    public bool Floats => Version is null || Version.AsSpan().IndexOfAny("*[(") >= 0;

    public override string ToString() => Version is null ? Id : $"{Id} {Version}";

    [GeneratedRegex(@"^\s*nuget\s*:\s*(?<id>[\w.\-]+)\s*(,\s*(?<version>[\w.\-+*\[\](), ]*[\w*\])])\s*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Syntax { get; }
}
