using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Interp.Notebook.Documents.Pages;

/// <summary>
/// Markdown as HTML: headings, paragraphs, lists, quotes, tables, rules and code; emphasis, links and images within them. Mathematics between
/// dollar signs stays as it is written. HTML in the text is shown, not used: only what is made here can run.
/// </summary>
internal static partial class MarkdownText
{
    /// <summary>The text's HTML.</summary>
    public static string ToHtml(string markdown)
    {
        StringBuilder html = new();
        Blocks(html, markdown.ReplaceLineEndings("\n").Split('\n'));
        return html.ToString();
    }

    private static void Blocks(StringBuilder html, ReadOnlySpan<string> lines)
    {
        for (int i = 0; i < lines.Length;)
        {
            string line = lines[i];
            if (string.IsNullOrWhiteSpace(line)) i++;
            else if (Fence.Match(line) is { Success: true } fence) i = CodeBlock(html, lines, i, fence);
            else if (Heading.Match(line) is { Success: true } heading)
            {
                int level = heading.Groups[1].Length;
                html.Append(CultureInfo.InvariantCulture, $"<h{level}>{Inline(heading.Groups[2].Value)}</h{level}>\n");
                i++;
            }
            else if (Rule.IsMatch(line))
            {
                html.Append("<hr>\n");
                i++;
            }
            else if (line.TrimStart().StartsWith('>'))
            {
                int end = i;
                while (end < lines.Length && lines[end].TrimStart().StartsWith('>')) end++;
                html.Append("<blockquote>\n");
                Blocks(html, lines[i..end].ToArray().Select(l => l.TrimStart()[1..]).Select(l => l.StartsWith(' ') ? l[1..] : l).ToArray());
                html.Append("</blockquote>\n");
                i = end;
            }
            else if (Item.IsMatch(line)) i = List(html, lines, i);
            else if (line.Contains('|', StringComparison.Ordinal) && i + 1 < lines.Length && TableRule.IsMatch(lines[i + 1])) i = Table(html, lines, i);
            else i = Paragraph(html, lines, i);
        }
    }

    private static int CodeBlock(StringBuilder html, ReadOnlySpan<string> lines, int i, Match fence)
    {
        StringBuilder code = new();
        string marks = fence.Groups[1].Value, language = fence.Groups[2].Value.Trim();
        for (i++; i < lines.Length && !lines[i].TrimStart().StartsWith(marks, StringComparison.Ordinal); i++) code.Append(lines[i]).Append('\n');
        string text = code.ToString().TrimEnd('\n');
        html.Append("<pre>").Append(CellLanguage.Normalize(language) is CellLanguage.CSharp or "cs" ? CodeHighlight.Of(text) : WebUtility.HtmlEncode(text)).Append("</pre>\n");
        return i + 1;
    }

    private static int List(StringBuilder html, ReadOnlySpan<string> lines, int i)
    {
        Match first = Item.Match(lines[i]);
        bool isNumbered = char.IsAsciiDigit(first.Groups[2].Value[0]);
        int indent = first.Groups[1].Length;
        html.Append(isNumbered ? $"<ol start=\"{first.Groups[2].Value.TrimEnd('.', ')')}\">\n" : "<ul>\n");
        while (i < lines.Length && Item.Match(lines[i]) is { Success: true } item && item.Groups[1].Length >= indent && item.Groups[1].Length < indent + 2 && char.IsAsciiDigit(item.Groups[2].Value[0]) == isNumbered)
        {
            // The item goes on over lines that are indented, and over its own paragraph's.
            int content = item.Length, end = i + 1;
            while (end < lines.Length && (Indent(lines[end]) >= indent + 2 || string.IsNullOrWhiteSpace(lines[end]) && end + 1 < lines.Length && Indent(lines[end + 1]) >= indent + 2
                || !string.IsNullOrWhiteSpace(lines[end]) && !Item.IsMatch(lines[end]) && !StartsBlock(lines[end]) && !string.IsNullOrWhiteSpace(lines[end - 1]))) end++;
            string[] own = [lines[i][content..], .. lines[(i + 1)..end].ToArray().Select(l => l[Math.Min(content, Indent(l))..])];
            StringBuilder inner = new();
            Blocks(inner, own);
            string text = inner.ToString();
            // A short item needs no paragraph of its own.
            bool isTight = text.StartsWith("<p>", StringComparison.Ordinal) && text.LastIndexOf("<p>", StringComparison.Ordinal) == 0;
            if (isTight) text = text[3..].Replace("</p>", "", StringComparison.Ordinal);
            html.Append("<li>").Append(text.TrimEnd('\n')).Append("</li>\n");
            i = end;
            while (i + 1 < lines.Length && string.IsNullOrWhiteSpace(lines[i]) && Item.IsMatch(lines[i + 1])) i++;
        }
        html.Append(isNumbered ? "</ol>\n" : "</ul>\n");
        return i;
    }

    private static int Table(StringBuilder html, ReadOnlySpan<string> lines, int i)
    {
        string[] aligned = [.. Cells(lines[i + 1]).Select(c => (c.StartsWith(':'), c.EndsWith(':')) switch { (true, true) => " style=\"text-align:center\"", (_, true) => " style=\"text-align:right\"", _ => "" })];
        void Row(string line, string tag) =>
            html.Append("<tr>").Append(string.Concat(Cells(line).Take(aligned.Length).Select((c, column) => $"<{tag}{aligned[column]}>{Inline(c)}</{tag}>"))).Append("</tr>\n");
        html.Append("<table>\n");
        Row(lines[i], "th");
        for (i += 2; i < lines.Length && lines[i].Contains('|', StringComparison.Ordinal); i++) Row(lines[i], "td");
        html.Append("</table>\n");
        return i;
    }

    private static IEnumerable<string> Cells(string row) => CellEnd.Split(row.Trim().Trim('|')).Select(c => c.Trim().Replace("\\|", "|", StringComparison.Ordinal));

    private static int Paragraph(StringBuilder html, ReadOnlySpan<string> lines, int i)
    {
        int end = i + 1;
        while (end < lines.Length && !string.IsNullOrWhiteSpace(lines[end]) && !StartsBlock(lines[end]) && !Item.IsMatch(lines[end])) end++;
        html.Append("<p>").Append(Inline(string.Join('\n', lines[i..end].ToArray().Select(l => l.TrimStart())))).Append("</p>\n");
        return end;
    }

    private static bool StartsBlock(string line) => Heading.IsMatch(line) || Fence.IsMatch(line) || line.TrimStart().StartsWith('>') || Rule.IsMatch(line);

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    /// <summary>Text within a block. Code and mathematics are put aside first, so that nothing in them is markup.</summary>
    internal static string Inline(string text)
    {
        List<string> aside = [];
        string Aside(string html)
        {
            aside.Add(html);
            return $"\u0001{aside.Count - 1}\u0002";
        }
        text = text.Replace("\u0001", "", StringComparison.Ordinal).Replace("\u0002", "", StringComparison.Ordinal);
        text = Code.Replace(text, m => Aside($"<code>{WebUtility.HtmlEncode(m.Groups[2].Value.Trim())}</code>"));
        text = Mathematics.Replace(text, m => Aside(WebUtility.HtmlEncode(m.Value)));
        text = Escaped.Replace(text, m => Aside(WebUtility.HtmlEncode(m.Groups[1].Value)));
        text = AutoLink.Replace(text, m => Aside($"<a href=\"{WebUtility.HtmlEncode(m.Groups[1].Value)}\">{WebUtility.HtmlEncode(m.Groups[1].Value)}</a>"));
        text = WebUtility.HtmlEncode(text);
        text = Image.Replace(text, m => Aside(IsSafe(m.Groups[2].Value) ? $"<img alt=\"{m.Groups[1].Value}\" src=\"{m.Groups[2].Value}\">" : m.Groups[1].Value));
        text = Link.Replace(text, m => IsSafe(m.Groups[2].Value) ? $"{Aside($"<a href=\"{m.Groups[2].Value}\">")}{m.Groups[1].Value}{Aside("</a>")}" : m.Groups[1].Value);
        text = StrongEmphasis.Replace(text, "<strong><em>$1</em></strong>");
        text = Strong.Replace(text, "<strong>$2</strong>");
        text = Emphasis.Replace(text, m => $"<em>{m.Groups[1].Value}{m.Groups[2].Value}</em>");
        text = Struck.Replace(text, "<del>$1</del>");
        text = LineBreak.Replace(text, "<br>\n");
        // What was put aside may hold more of it.
        while (text.Contains('\u0001', StringComparison.Ordinal)) text = Placeholder.Replace(text, m => aside[int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture)]);
        return text;
    }

    // Addresses that a page may lead to; a script is none.
    private static bool IsSafe(string address) => !Scheme.IsMatch(address) || SafeScheme.IsMatch(address);

    [GeneratedRegex(@"^ {0,3}(```+|~~~+)(.*)$")]
    private static partial Regex Fence { get; }

    [GeneratedRegex(@"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"^ {0,3}([-*_])\s*(\1\s*){2,}$")]
    private static partial Regex Rule { get; }

    [GeneratedRegex(@"^( *)([-*+]|\d{1,9}[.)]) +")]
    private static partial Regex Item { get; }

    [GeneratedRegex(@"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")]
    private static partial Regex TableRule { get; }

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd { get; }

    [GeneratedRegex(@"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", RegexOptions.Singleline)]
    private static partial Regex Code { get; }

    [GeneratedRegex(@"\$\$.+?\$\$|(?<![\\\w$])\$(?![\s\d])[^$\n]+?(?<!\s)\$(?![\w$])", RegexOptions.Singleline)]
    private static partial Regex Mathematics { get; }

    [GeneratedRegex(@"\\([\\`*_{}\[\]()#+\-.!|<>~$])")]
    private static partial Regex Escaped { get; }

    [GeneratedRegex(@"<(https?://[^\s<>]+)>|(?<![\w(""\[<=])(?<!\]\()(?=https?://)(?<1>https?://[^\s<>()\[\]]*[^\s<>()\[\].,;:!?])")]
    private static partial Regex AutoLink { get; }

    [GeneratedRegex(@"!\[([^\]]*)\]\(\s*(\S+?)(?:\s+&quot;.*?&quot;)?\s*\)")]
    private static partial Regex Image { get; }

    [GeneratedRegex(@"\[([^\[\]]+)\]\(\s*(\S+?)(?:\s+&quot;.*?&quot;)?\s*\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"\*\*\*(?=\S)(.+?)(?<=\S)\*\*\*", RegexOptions.Singleline)]
    private static partial Regex StrongEmphasis { get; }

    [GeneratedRegex(@"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", RegexOptions.Singleline)]
    private static partial Regex Strong { get; }

    [GeneratedRegex(@"\*(?=[^\s*])([^*]*[^\s*])\*|(?<!\w)_(?=[^\s_])([^_]*[^\s_])_(?!\w)", RegexOptions.Singleline)]
    private static partial Regex Emphasis { get; }

    [GeneratedRegex("~~(.+?)~~", RegexOptions.Singleline)]
    private static partial Regex Struck { get; }

    [GeneratedRegex(@" {2,}\n|\\\n")]
    private static partial Regex LineBreak { get; }

    [GeneratedRegex("\u0001([0-9]+)\u0002")]
    private static partial Regex Placeholder { get; }

    [GeneratedRegex(@"^\s*[a-zA-Z][a-zA-Z0-9+.\-]*:")]
    private static partial Regex Scheme { get; }

    [GeneratedRegex(@"^(https?:|mailto:|data:image/(png|jpeg|gif|webp);)", RegexOptions.IgnoreCase)]
    private static partial Regex SafeScheme { get; }
}
