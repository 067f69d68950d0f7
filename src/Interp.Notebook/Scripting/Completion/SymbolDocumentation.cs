using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>A symbol's documentation comment, taken apart and put into text: Markdown, or plain.</summary>
internal sealed partial class SymbolDocumentation
{
    private readonly XElement _member;

    private SymbolDocumentation(XElement member) => _member = member;

    /// <summary>The documentation of a symbol; of what it overrides or implements where it has none of its own; null where there is none.</summary>
    public static SymbolDocumentation? Of(ISymbol symbol, CancellationToken cancellation = default)
    {
        symbol = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol;
        for (ISymbol? s = symbol.OriginalDefinition; s is not null; s = Overridden(s))
            if (Parse(Xml(s, cancellation)) is { } member && !(member.Elements().Count() == 1 && member.Element("inheritdoc") is not null)) return new SymbolDocumentation(member);
        return symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor ? Of(constructor.ContainingType, cancellation) : null;
    }

    /// <summary>The summary on one line, as plain text.</summary>
    public string Summary => OneLine(Section("summary", markdown: false));

    /// <summary>All of it, with a heading for each part.</summary>
    public string ToText(bool markdown)
    {
        StringBuilder text = new();
        void Paragraph(string content)
        {
            if (content.Length > 0) text.Append(text.Length > 0 ? "\n\n" : "").Append(content);
        }
        string Bold(string name) => markdown ? $"**{name}**" : name;

        Paragraph(Section("summary", markdown));
        Named("typeparam", "Type parameters", "name");
        Named("param", "Parameters", "name");
        if (_member.Element("returns") is { } returns) Paragraph($"{Bold("Returns")}: {Text(returns, markdown)}");
        if (_member.Element("value") is { } value) Paragraph($"{Bold("Value")}: {Text(value, markdown)}");
        Named("exception", "Throws", "cref");
        if (_member.Element("remarks") is { } remarks) Paragraph(Text(remarks, markdown));
        foreach (XElement example in _member.Elements("example")) Paragraph($"{Bold("Example")}\n{Text(example, markdown)}");
        return text.ToString();

        void Named(string element, string heading, string attribute)
        {
            string[] lines = [.. _member.Elements(element).Select(e => (Name: ShortName((string?)e.Attribute(attribute) ?? ""), Text: OneLine(Text(e, markdown)))).Where(e => e.Text.Length > 0)
                .Select(e => markdown ? $"- `{e.Name}`: {e.Text}" : $"  {e.Name}: {e.Text}")];
            if (lines.Length > 0) Paragraph($"{Bold(heading)}{(markdown ? "\n" : "")}\n{string.Join('\n', lines)}");
        }
    }

    private static string? Xml(ISymbol symbol, CancellationToken cancellation)
    {
        string? xml = symbol.GetDocumentationCommentXml(cancellationToken: cancellation);
        if (!string.IsNullOrEmpty(xml) || symbol.ContainingAssembly is not { } assembly || symbol.DeclaringSyntaxReferences.Length > 0) return xml;
        return symbol.GetDocumentationCommentId() is { } id
            ? FrameworkDocumentation.Installed.Find(id, assembly.Name, symbol.ContainingNamespace?.ToDisplayString() ?? "")
            : null;
    }

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } m } => m.OriginalDefinition,
        IPropertySymbol { OverriddenProperty: { } p } => p.OriginalDefinition,
        IEventSymbol { OverriddenEvent: { } e } => e.OriginalDefinition,
        IMethodSymbol or IPropertySymbol or IEventSymbol when symbol.ContainingType is { TypeKind: not TypeKind.Interface } type => type.AllInterfaces
            .SelectMany(i => i.GetMembers(symbol.Name)).FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(m), symbol))?.OriginalDefinition,
        _ => null,
    };

    private static XElement? Parse(string? xml)
    {
        if (string.IsNullOrWhiteSpace(xml)) return null;
        try
        {
            // Source symbols give a member element, metadata its content or the element.
            XElement element = XElement.Parse($"<doc>{xml}</doc>", LoadOptions.PreserveWhitespace);
            return element.Element("member") ?? element;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private string Section(string name, bool markdown) => _member.Element(name) is { } element ? Text(element, markdown) : "";

    private static string Text(XElement element, bool markdown)
    {
        StringBuilder text = new();
        Append(text, element, markdown);
        return BlankLines.Replace(text.ToString().Trim(), "\n\n");
    }

    private static void Append(StringBuilder text, XElement element, bool markdown)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node is XText content) text.Append(WhiteSpace.Replace(content.Value, " "));
            if (node is not XElement e) continue;
            switch (e.Name.LocalName)
            {
                case "see" or "seealso":
                    string shown = e.Value.Length > 0 ? e.Value : ShortName((string?)e.Attribute("cref") ?? (string?)e.Attribute("langword") ?? (string?)e.Attribute("href") ?? "");
                    text.Append(Code(shown, markdown));
                    break;
                case "paramref" or "typeparamref":
                    text.Append(Code((string?)e.Attribute("name") ?? "", markdown));
                    break;
                case "c":
                    text.Append(Code(e.Value, markdown));
                    break;
                case "code":
                    string code = Unindent(e.Value);
                    text.Append(markdown ? $"\n\n```csharp\n{code}\n```\n\n" : $"\n\n{code}\n\n");
                    break;
                case "para":
                    text.Append("\n\n");
                    Append(text, e, markdown);
                    text.Append("\n\n");
                    break;
                case "br":
                    text.Append('\n');
                    break;
                case "list":
                    foreach (XElement item in e.Elements("item")) text.Append("\n- ").Append(OneLine(Text(item, markdown)));
                    text.Append("\n\n");
                    break;
                default:
                    Append(text, e, markdown);
                    break;
            }
        }
    }

    private static string Code(string text, bool markdown) => markdown ? $"`{text}`" : text;

    /// <summary><c>M:System.String.Trim(System.Char)</c> → <c>String.Trim</c>.</summary>
    private static string ShortName(string id)
    {
        string name = id.Length > 2 && id[1] == ':' ? id[2..] : id;
        int arguments = name.IndexOf('(', StringComparison.Ordinal);
        if (arguments >= 0) name = name[..arguments];
        string[] parts = Arity.Replace(name, "").Split('.');
        bool isType = id.StartsWith("T:", StringComparison.Ordinal) || parts.Length == 1 || id.Length < 2 || id[1] != ':';
        return isType ? parts[^1] : $"{parts[^2]}.{parts[^1].Replace("#ctor", parts[^2], StringComparison.Ordinal)}";
    }

    private static string OneLine(string text) => WhiteSpace.Replace(text, " ").Trim();

    private static string Unindent(string code)
    {
        string[] lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        int indent = lines.Where(l => !string.IsNullOrWhiteSpace(l)).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(l => l.Length >= indent ? l[indent..] : "")).TrimEnd();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace { get; }

    [GeneratedRegex(@"[ \t]*\n[ \t]*(\n\s*)+")]
    private static partial Regex BlankLines { get; }

    [GeneratedRegex("`+[0-9]+")]
    private static partial Regex Arity { get; }
}
