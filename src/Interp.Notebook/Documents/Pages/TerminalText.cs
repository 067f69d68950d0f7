using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Interp.Notebook.Documents.Pages;

/// <summary>What a terminal would show, as HTML: colours of ANSI sequences, and lines that <c>\r</c> wrote over.</summary>
internal static partial class TerminalText
{
    /// <summary>The text's HTML, escaped.</summary>
    public static string ToHtml(string text)
    {
        StringBuilder html = new();
        bool isOpen = false;
        void Close()
        {
            if (isOpen) html.Append("</span>");
            isOpen = false;
        }
        int at = 0;
        text = Overwritten.Replace(text, "");
        foreach (Match sequence in Escape.Matches(text))
        {
            html.Append(WebUtility.HtmlEncode(text[at..sequence.Index]));
            at = sequence.Index + sequence.Length;
            if (!sequence.Groups["colour"].Success) continue;
            Close();
            string classes = string.Join(' ', sequence.Groups["colour"].Value.Split(';').Select(Class).Where(c => c.Length > 0));
            if (classes.Length == 0) continue;
            html.Append($"<span class=\"{classes}\">");
            isOpen = true;
        }
        html.Append(WebUtility.HtmlEncode(text[at..]));
        Close();
        return html.ToString();
    }

    private static string Class(string code) => int.TryParse(code, out int n) ? n switch { 1 => "bold", >= 30 and <= 37 => $"ansi{n - 30}", >= 90 and <= 97 => $"ansi{n - 90}", _ => "" } : "";

    // What stands before the last carriage return of a line that goes on after it.
    [GeneratedRegex(@"[^\n]*\r(?=[^\n\r])")]
    private static partial Regex Overwritten { get; }

    [GeneratedRegex(@"\x1b\[(?<colour>[0-9;]*)m|\x1b\[[0-9;?]*[A-Za-z]|\r(?=\n)")]
    private static partial Regex Escape { get; }
}
