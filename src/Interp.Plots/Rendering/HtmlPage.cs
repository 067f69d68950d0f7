using Interp.Plotly;

namespace Interp.Rendering;

/// <summary>A page around a fragment, in the reader's light or dark colours.</summary>
internal static class HtmlPage
{
    /// <param name="title">The window's title.</param>
    /// <param name="body">HTML.</param>
    /// <param name="head">More for the head.</param>
    public static string Of(string title, string body, string head = "") => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{PlotlyText.Escape(title)}}</title>
        <style>
        :root { color-scheme: light dark; }
        body { margin: 0; padding: 16px; background: {{FigureStyle.Light.Background}}; color: {{FigureStyle.Light.Text}}; }
        @media (prefers-color-scheme: dark) { body { background: {{FigureStyle.Dark.Background}}; color: {{FigureStyle.Dark.Text}}; } }
        </style>
        {{head}}
        </head>
        <body>
        {{body}}
        </body>
        </html>

        """;
}
