using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Interp.Notebook.Documents.Pages;
using Interp.Rendering;

namespace Interp.Notebook.Documents;

/// <summary>A notebook as one page to read: in the reader's light or dark colours, code highlighted, figures alive, with nothing to fetch.</summary>
internal static partial class NotebookPage
{
    private const string PlotlyMime = "application/vnd.plotly.v1+json";

    private const string Style = """
        :root { color-scheme: light dark; --page: #fff; --text: #22262b; --faint: #5c646d; --rule: #dcdfe3; --code: #f6f7f9; --k: #0033b3; --t: #00627a; --f: #7a3e9d; --s: #1a7f37; --n: #a5410b; --c: #6a737d; --error: #b3261e; --error-page: #fdf0ef; }
        @media (prefers-color-scheme: dark) { :root { --page: #15181d; --text: #dfe3e8; --faint: #9aa4b0; --rule: #333b45; --code: #1c2128; --k: #79a8ff; --t: #5ccfe6; --f: #d2a8ff; --s: #7ee787; --n: #ffab70; --c: #8b949e; --error: #ff8a80; --error-page: #2b1a1a; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 62rem; margin: 0 auto; padding: 2rem clamp(0.8rem, 3vw, 2rem) 4rem; }
        h1, h2, h3 { line-height: 1.2; margin: 1.6em 0 0.5em; } h1 { margin-top: 0.4em; }
        .text > * { max-width: 46rem; } .text > table, .text > pre { max-width: none; }
        a { color: var(--k); } img, svg { max-width: 100%; height: auto; }
        pre, code { font: 0.86em/1.5 ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        code { background: var(--code); padding: 0.1em 0.3em; border-radius: 3px; }
        pre { margin: 0.4rem 0; overflow-x: auto; white-space: pre; tab-size: 4; }
        .text pre, .code { background: var(--code); border: 1px solid var(--rule); border-radius: 4px; padding: 0.6rem 0.8rem; }
        .cell { position: relative; margin: 1rem 0; }
        .number { position: absolute; right: 0.6rem; top: 0.45rem; color: var(--faint); font-size: 0.72rem; user-select: none; }
        .output { margin: 0.5rem 0; overflow-x: auto; } .stderr { color: var(--faint); }
        .error { background: var(--error-page); border-left: 3px solid var(--error); padding: 0.5rem 0.8rem; } .error pre { white-space: pre-wrap; }
        .long { max-height: 40rem; overflow: auto; }
        table { border-collapse: collapse; font-size: 0.9em; } th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; } th { font-weight: 600; }
        blockquote { margin: 0.8rem 0; padding-left: 1rem; border-left: 3px solid var(--rule); color: var(--faint); }
        hr { border: 0; border-top: 1px solid var(--rule); }
        .k { color: var(--k); } .t { color: var(--t); } .f { color: var(--f); } .s { color: var(--s); } .n { color: var(--n); } .c, .m { color: var(--c); } .c { font-style: italic; }
        .bold { font-weight: 600; } .ansi1 { color: var(--error); } .ansi2 { color: var(--s); } .ansi3 { color: var(--n); } .ansi4 { color: var(--k); } .ansi5 { color: var(--f); } .ansi6 { color: var(--t); } .ansi0 { color: var(--faint); }
        @media print { .code, .error { break-inside: avoid; } .long { max-height: none; } }
        """;

    /// <summary>The page.</summary>
    /// <param name="document">The notebook. Its HTML outputs are trusted, as a notebook that one has run is.</param>
    /// <param name="name">The title where the notebook has no heading.</param>
    public static string Of(NotebookDocument document, string name)
    {
        StringBuilder body = new();
        bool hasFigures = false;
        foreach (NotebookCell cell in document.Cells)
        {
            if (cell.Kind == CellKind.Markdown) body.Append("<section class=\"text\">\n").Append(MarkdownText.ToHtml(cell.Source)).Append("</section>\n");
            if (cell.Kind != CellKind.Code) continue;
            body.Append("<section class=\"cell\">\n");
            if (cell.ExecutionCount is { } number) body.Append(CultureInfo.InvariantCulture, $"<div class=\"number\">{number}</div>\n");
            bool isCSharp = cell.Language == CellLanguage.CSharp;
            if (cell.Source.Length > 0) body.Append("<pre class=\"code\">").Append(isCSharp ? CodeHighlight.Of(cell.Source) : WebUtility.HtmlEncode(cell.Source)).Append("</pre>\n");
            foreach (JsonObject output in cell.Outputs.OfType<JsonObject>()) Append(body, output, ref hasFigures);
            body.Append("</section>\n");
        }
        string content = body.ToString();
        // Every figure brings what draws it; the page needs that once.
        if (hasFigures) content = FigureRuntime.Replace(content, "");
        string runtime = hasFigures ? $"<script>\n{FigureHtml.Runtime(PlotlySource.Bundled)}\n</script>\n" : "";
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(Title(document) ?? name)}</title>
            <style>
            {Style}
            </style>
            {runtime}</head>
            <body>
            <main>
            {content}</main>
            </body>
            </html>

            """;
    }

    private static string? Title(NotebookDocument document) => document.Cells.Where(c => c.Kind == CellKind.Markdown)
        .SelectMany(c => c.Source.Split('\n')).FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim();

    private static void Append(StringBuilder body, JsonObject output, ref bool hasFigures)
    {
        switch (MultilineText.Read(output["output_type"]))
        {
            case "stream":
                string text = MultilineText.Read(output["text"]) ?? "";
                string kind = MultilineText.Read(output["name"]) == "stderr" ? "output stderr" : "output";
                body.Append($"<pre class=\"{kind}{(text.Count(c => c == '\n') > 40 ? " long" : "")}\">").Append(TerminalText.ToHtml(text)).Append("</pre>\n");
                break;
            case "error":
                string[] traceback = [.. (output["traceback"] as JsonArray ?? []).Select(MultilineText.Read).OfType<string>()];
                string message = traceback.Length > 0 ? string.Join('\n', traceback) : $"{MultilineText.Read(output["ename"])}: {MultilineText.Read(output["evalue"])}";
                body.Append("<div class=\"output error\"><pre>").Append(TerminalText.ToHtml(message)).Append("</pre></div>\n");
                break;
            default:
                if (output["data"] is JsonObject data) body.Append("<div class=\"output\">").Append(Richest(data, ref hasFigures)).Append("</div>\n");
                break;
        }
    }

    private static string Richest(JsonObject data, ref bool hasFigures)
    {
        if (MultilineText.Read(data["text/html"]) is { } html)
        {
            hasFigures |= html.Contains("interpFigures", StringComparison.Ordinal);
            return html;
        }
        if (data[PlotlyMime] is JsonObject figure)
        {
            hasFigures = true;
            string json = PlotlyBundle.ForScriptElement(figure.ToJsonString());
            string id = "figure-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(json)), 0, 6);
            return $"<div data-interp-figure=\"{id}\"></div><script>interpFigures.draw(\"{id}\", {json});</script>";
        }
        if (MultilineText.Read(data["image/svg+xml"]) is { } svg) return $"<img alt=\"\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}\">";
        foreach (string mime in (string[])["image/png", "image/jpeg", "image/gif", "image/webp"])
            if (MultilineText.Read(data[mime]) is { } image) return $"<img alt=\"\" src=\"data:{mime};base64,{WebUtility.HtmlEncode(image.ReplaceLineEndings(""))}\">";
        if (MultilineText.Read(data["text/markdown"]) is { } markdown) return $"<div class=\"text\">{MarkdownText.ToHtml(markdown)}</div>";
        if (MultilineText.Read(data["text/latex"]) is { } latex) return $"<pre>{WebUtility.HtmlEncode(latex)}</pre>";
        if (MultilineText.Read(data["text/plain"]) is { } plain) return $"<pre>{TerminalText.ToHtml(plain)}</pre>";
        return data["application/json"] is { } json2 ? $"<pre>{WebUtility.HtmlEncode(NotebookJson.Write(json2, "  "))}</pre>" : "";
    }

    // From the definition to where plotly.js is: what FigureHtml.Runtime writes.
    [GeneratedRegex("""// Draws Plotly figures into elements.*?interpFigures\.load\(\{(gzip: "[^"]*"|address: "[^"]*"(, patience: \d+)?)\}\);""", RegexOptions.Singleline)]
    private static partial Regex FigureRuntime { get; }
}
