using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interp.Notebook.Documents;

/// <summary>
/// The <c>.dib</c> files of Polyglot Notebooks: plain text in which a line <c>#!csharp</c>, <c>#!markdown</c>, … begins each cell, after an
/// optional <c>#!meta</c> block of JSON. Other lines that begin with <c>#!</c> are magic commands and part of their cell.
/// </summary>
internal static class DibFile
{
    /// <summary>Reads a notebook. Cells of other languages keep theirs, in the metadata where Polyglot Notebooks puts it in <c>.ipynb</c> files.</summary>
    public static NotebookDocument Read(string text)
    {
        NotebookDocument document = NotebookDocument.Create();
        string language = CellLanguage.CSharp;
        bool isMeta = false;
        HashSet<string> named = new(StringComparer.OrdinalIgnoreCase);
        StringBuilder cell = new();

        void End()
        {
            string source = TrimBlankLines(cell.ToString());
            cell.Clear();
            if (source.Length == 0) return;
            if (isMeta) language = ReadMeta(source, named) ?? language;
            else Add(document, language, source);
        }

        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (Marker(line) is not { } name || !(name == "meta" || named.Contains(name) || CellLanguage.IsKnown(name)))
            {
                cell.Append(line).Append('\n');
                continue;
            }
            End();
            isMeta = name == "meta";
            if (!isMeta) language = CellLanguage.Normalize(name);
        }
        End();
        return document;
    }

    /// <summary>The notebook without its outputs.</summary>
    public static string Write(NotebookDocument document)
    {
        JsonArray kernels = [.. document.Cells.Select(Name).Append(CellLanguage.CSharp).Except([CellLanguage.Markdown]).Order(StringComparer.Ordinal)
            .Select(name => new JsonObject { ["aliases"] = new JsonArray(), ["name"] = name })];
        JsonObject meta = new() { ["kernelInfo"] = new JsonObject { ["defaultKernelName"] = CellLanguage.CSharp, ["items"] = kernels } };
        StringBuilder text = new();
        text.Append("#!meta\n\n").Append(meta.ToJsonString()).Append("\n\n");
        foreach (NotebookCell cell in document.Cells)
            text.Append("#!").Append(Name(cell)).Append("\n\n").Append(cell.Source.ReplaceLineEndings("\n").TrimEnd('\n')).Append("\n\n");
        return text.ToString();
    }

    private static string Name(NotebookCell cell) => cell.Kind == CellKind.Code ? cell.Language : CellLanguage.Markdown;

    private static void Add(NotebookDocument document, string language, string source)
    {
        JsonObject? metadata = language is CellLanguage.CSharp or CellLanguage.Markdown
            ? null
            : new JsonObject { ["dotnet_interactive"] = new JsonObject { ["language"] = language }, ["polyglot_notebook"] = new JsonObject { ["kernelName"] = language } };
        int at = document.Cells.Count;
        document.Insert(at, language == CellLanguage.Markdown ? CellKind.Markdown : CellKind.Code, source, $"cell-{at + 1}", metadata);
    }

    // The name of a line "#!name", alone or before options.
    private static string? Marker(string line)
    {
        if (!line.StartsWith("#!", StringComparison.Ordinal)) return null;
        string rest = line[2..].TrimEnd();
        int end = rest.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? rest : rest[..end];
    }

    // The kernels that the notebook names may be its own (a database connection, say); the default one is the language of a first cell without a line of its own.
    private static string? ReadMeta(string json, HashSet<string> named)
    {
        try
        {
            JsonNode? kernels = JsonNode.Parse(json)?["kernelInfo"];
            foreach (JsonNode? item in kernels?["items"] as JsonArray ?? [])
                if (MultilineText.Read(item?["name"]) is { } name) named.Add(name);
            return MultilineText.Read(kernels?["defaultKernelName"]) is { } language ? CellLanguage.Normalize(language) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"Its #!meta block is no JSON object: {e.Message}", e);
        }
    }

    private static string TrimBlankLines(string text)
    {
        List<string> lines = [.. text.Split('\n')];
        while (lines.Count > 0 && string.IsNullOrWhiteSpace(lines[0])) lines.RemoveAt(0);
        while (lines.Count > 0 && string.IsNullOrWhiteSpace(lines[^1])) lines.RemoveAt(lines.Count - 1);
        return string.Join('\n', lines);
    }
}
