namespace Interp.Notebook.Documents;

/// <summary>The names by which Polyglot Notebooks and Jupyter call a cell's language.</summary>
internal static class CellLanguage
{
    public const string CSharp = "csharp", Markdown = "markdown";

    // The kernels that Polyglot Notebooks had built in or one command away, and their aliases.
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csharp"] = CSharp,
        ["C#"] = CSharp,
        ["polyglot-notebook"] = CSharp,
        ["markdown"] = Markdown,
        ["md"] = Markdown,
        ["fsharp"] = "fsharp",
        ["F#"] = "fsharp",
        ["pwsh"] = "pwsh",
        ["powershell"] = "pwsh",
        ["javascript"] = "javascript",
        ["js"] = "javascript",
        ["html"] = "html",
        ["mermaid"] = "mermaid",
        ["http"] = "http",
        ["httpRequest"] = "http",
        ["kql"] = "kql",
        ["sql"] = "sql",
        ["value"] = "value",
        ["python"] = "python",
        ["R"] = "r",
        ["webview"] = "webview",
    };

    /// <summary>One name for a language, in lower case.</summary>
#pragma warning disable CA1308 // These names are written in lower case.
    public static string Normalize(string name) => s_names.TryGetValue(name, out string? known) ? known : name.ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>Whether a <c>#!name</c> line begins a cell of that language, rather than being a magic command of one.</summary>
    public static bool IsKnown(string name) => s_names.ContainsKey(name);
}
