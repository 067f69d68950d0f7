using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Interp.Notebook.Scripting.Magics;

/// <summary>A cell's text taken apart: its magics, the packages it names, and its stretches of C# and of markup.</summary>
/// <param name="Magics">The magics that are commands, in order.</param>
/// <param name="Packages">What its <c>#r "nuget: …"</c> lines name.</param>
/// <param name="Sources">What its <c>#i "nuget: …"</c> lines name.</param>
/// <param name="Parts">What runs or is shown, in order.</param>
internal sealed record MagicCell(IReadOnlyList<MagicLine> Magics, IReadOnlyList<string> Packages, IReadOnlyList<string> Sources, IReadOnlyList<CellPart> Parts)
{
    /// <summary>The language of a cell that names none.</summary>
    public const string CSharp = "csharp";

    /// <summary>The commands, with what they do.</summary>
    public static IReadOnlyList<(string Name, string Does)> Commands { get; } =
    [
        ("time", "tells how long the cell took"),
        ("who", "lists the variables"),
        ("whos", "lists the variables with their types and values"),
        ("lsmagic", "lists the magics"),
        ("help", "lists the magics"),
        ("about", "tells what this kernel is"),
    ];

    /// <summary>The languages of a cell or of the lines up to the next of these, with their other names.</summary>
    public static IReadOnlyList<(string Name, string[] Aliases, string Does)> Languages { get; } =
    [
        (CSharp, ["c#", "cs"], "what follows is C#, as it is without a magic"),
        ("html", [], "shows what follows as HTML"),
        ("markdown", ["md"], "shows what follows as Markdown"),
        ("javascript", ["js"], "runs what follows in the page"),
        ("svg", [], "shows what follows as a picture"),
    ];

    /// <summary>Takes a cell apart.</summary>
    /// <exception cref="MagicException">A magic is unknown; the message says what there is.</exception>
    public static MagicCell Parse(string code)
    {
        if (!code.Contains('#', StringComparison.Ordinal)) return new([], [], [], [new CellPart(CSharp, code)]);
        SourceText text = SourceText.From(code);
        List<MagicLine> magics = [];
        List<string> packages = [], sources = [];
        List<CellPart> parts = [];
        // Everything that is not C# of the current part becomes spaces.
        char[] rest = Blank(code);
        string language = CSharp;
        int begin = 0;

        void EndPart(int end)
        {
            if (language == CSharp)
            {
                char[] part = Blank(code);
                rest.AsSpan(begin, end - begin).CopyTo(part.AsSpan(begin));
                string csharp = new(part);
                if (!string.IsNullOrWhiteSpace(csharp)) parts.Add(new CellPart(CSharp, csharp));
            }
            else parts.Add(new CellPart(language, code[begin..end].Trim('\r', '\n')));
        }

        code.CopyTo(0, rest, 0, code.Length);
        foreach ((TextLine line, bool isMagic) in Directives(code, text))
        {
            string content = code[line.Start..line.End].Trim();
            if (!isMagic)
            {
                // Inside markup, what looks like a directive is text.
                if (language != CSharp) continue;
                bool isSource = content.StartsWith("#i", StringComparison.Ordinal);
                (isSource ? sources : packages).Add(Quoted(content));
                if (isSource) rest.AsSpan(line.Start, line.End - line.Start).Fill(' ');
                continue;
            }
            int space = content.IndexOfAny([' ', '\t']);
            string name = (space < 0 ? content[2..] : content[2..space]).ToLowerInvariant(), argument = space < 0 ? "" : content[space..].Trim();
            rest.AsSpan(line.Start, line.End - line.Start).Fill(' ');
            if (Languages.FirstOrDefault(l => l.Name == name || l.Aliases.Contains(name)).Name is { } next)
            {
                EndPart(line.Start);
                (language, begin) = (next, line.EndIncludingLineBreak);
            }
            else if (Commands.Any(c => c.Name == name)) magics.Add(new MagicLine(name, argument, line.LineNumber + 1));
            else throw Unknown(name, line.LineNumber + 1);
        }
        EndPart(code.Length);
        return new(magics, packages, sources, parts);
    }

    /// <summary>The lines with a magic, and those with a package or a source of packages; not those that lie in a string or a comment.</summary>
    private static IEnumerable<(TextLine Line, bool IsMagic)> Directives(string code, SourceText text)
    {
        SyntaxNode? root = null;
        foreach (TextLine line in text.Lines)
        {
            ReadOnlySpan<char> content = code.AsSpan(line.Start, line.End - line.Start).Trim();
            bool isMagic = content.StartsWith("#!"), isPackage = IsPackage(content);
            if (!isMagic && !isPackage) continue;
            root ??= CSharpSyntaxTree.ParseText(text, Submissions.ParseOptions).GetRoot();
            int at = line.Start + code.AsSpan(line.Start, line.End - line.Start).IndexOf('#');
            if (root.FindTrivia(at) is var trivia && (trivia.IsDirective || trivia.IsKind(SyntaxKind.SkippedTokensTrivia) || trivia.IsKind(SyntaxKind.DisabledTextTrivia))) yield return (line, isMagic);
        }
    }

    private static bool IsPackage(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("#r") && !line.StartsWith("#i")) return false;
        ReadOnlySpan<char> argument = line[2..].TrimStart();
        return argument.StartsWith("\"nuget:", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What stands between the quotation marks of a directive.</summary>
    private static string Quoted(string directive)
    {
        int open = directive.IndexOf('"', StringComparison.Ordinal), close = directive.IndexOf('"', open + 1);
        return directive[(open + 1)..(close < 0 ? directive.Length : close)];
    }

    private static char[] Blank(string code) => [.. code.Select(c => c is '\n' or '\r' ? c : ' ')];

    private static MagicException Unknown(string name, int line)
    {
        string[] known = [.. Commands.Select(c => c.Name), .. Languages.SelectMany(l => l.Aliases.Prepend(l.Name))];
        string hint = name is "fsharp" or "f#" or "pwsh" or "powershell" or "sql" or "kql" or "python" or "r" or "mermaid" or "value" or "share" or "set" or "connect" or "import"
            ? "It belongs to .NET Interactive; this kernel runs C# and shows HTML, Markdown, JavaScript and SVG."
            : known.FirstOrDefault(k => name.Length > 1 && (k.StartsWith(name, StringComparison.Ordinal) || name.StartsWith(k, StringComparison.Ordinal))) is { } near
            ? $"Did you mean #!{near}?"
            : "#!lsmagic lists those there are.";
        return new MagicException($"There is no magic #!{name}. {hint}", line);
    }
}
