using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Interp.Files;
using Interp.Notebook.Install;
using Interp.Notebook.Server;

namespace Interp.Notebook.Documents;

/// <summary>
/// A notebook: cells and their outputs in nbformat 4's JSON. What this library does not know is written back as it was read, and the layout
/// stays the file's own, so that running a notebook changes only its outputs.
/// </summary>
internal sealed class NotebookDocument
{
    private readonly JsonObject _root;
    private readonly JsonArray _nodes;
    private readonly List<NotebookCell> _cells = [];
    private readonly string _indent, _end;

    private NotebookDocument(JsonObject root, string indent, string end)
    {
        (_root, _indent, _end) = (root, indent, end);
        if (Integer(root["nbformat"]) is not { } version) throw new FormatException("It has no \"nbformat\" number, so it is no notebook.");
        if (version < 4) throw new FormatException($"It is of notebook format {version}; 'jupyter nbconvert --to notebook' brings it to format 4.");
        if (version > 4) throw new FormatException($"It is of notebook format {version}; this version of interp reads format 4.");
        _nodes = root["cells"] as JsonArray ?? throw new FormatException("It has no \"cells\" array.");
        for (int i = 0; i < _nodes.Count; i++)
        {
            try
            {
                _cells.Add(new NotebookCell(_nodes[i] as JsonObject ?? throw new FormatException("it is no object"), DefaultLanguage));
            }
            catch (FormatException e)
            {
                throw new FormatException($"Cell {i + 1} is broken: {e.Message}.", e);
            }
        }
    }

    /// <summary>An empty notebook for this kernel, of format 4.5.</summary>
    public static NotebookDocument Create() => new(
        new JsonObject
        {
            ["cells"] = new JsonArray(),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = KernelSpec.DefaultDisplayName, ["language"] = KernelInfo.Language, ["name"] = KernelSpec.DefaultName },
                ["language_info"] = new JsonObject(KernelInfo.Reply()["language_info"]!.AsObject().OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))),
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        },
        " ",
        "\n");

    /// <summary>Reads a notebook by its ending: <c>.ipynb</c>, or <c>.dib</c>.</summary>
    /// <exception cref="FormatException">It is none, or broken; the message names the file, and the cell where there is one.</exception>
    public static NotebookDocument Open(string path)
    {
        string ending = Path.GetExtension(path);
        bool isDib = ending.Equals(".dib", StringComparison.OrdinalIgnoreCase);
        if (!isDib && !ending.Equals(".ipynb", StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"{path}: notebooks end with .ipynb or .dib.");
        string text = File.ReadAllText(path);
        try
        {
            return isDib ? DibFile.Read(text) : Read(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of an <c>.ipynb</c> file.</summary>
    public static NotebookDocument Read(string json)
    {
        try
        {
            return new NotebookDocument(NotebookJson.Read(json), IndentOf(json), json.EndsWith('\n') ? "\n" : "");
        }
        catch (JsonException e)
        {
            throw new FormatException($"It is not the JSON of a notebook: {e.Message}", e);
        }
    }

    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>The language of code cells that name none: Polyglot's default kernel, or the notebook's language.</summary>
    public string DefaultLanguage => CellLanguage.Normalize(
        MultilineText.Read(Metadata("polyglot_notebook", "kernelInfo", "defaultKernelName"))
        ?? MultilineText.Read(Metadata("dotnet_interactive", "defaultKernelName"))
        ?? MultilineText.Read(Metadata("kernelspec", "language"))
        ?? MultilineText.Read(Metadata("language_info", "name"))
        ?? CellLanguage.CSharp);

    /// <summary>Puts a new cell at an index.</summary>
    /// <param name="at">Its index; later cells move down.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="source">Its text.</param>
    /// <param name="id">Its id where the format has ids and no other cell has this one; a number is added to it else.</param>
    /// <param name="metadata">Its metadata.</param>
    public NotebookCell Insert(int at, CellKind kind, string source, string id, JsonObject? metadata = null)
    {
        JsonObject node = new() { ["cell_type"] = kind switch { CellKind.Code => "code", CellKind.Markdown => "markdown", _ => "raw" } };
        if (kind == CellKind.Code) node["execution_count"] = null;
        if (Integer(_root["nbformat_minor"]) >= 5) node["id"] = FreeId(id);
        node["metadata"] = metadata ?? [];
        if (kind == CellKind.Code) node["outputs"] = new JsonArray();
        node["source"] = MultilineText.Write(source);
        NotebookCell cell = new(node, DefaultLanguage);
        _nodes.Insert(at, node);
        _cells.Insert(at, cell);
        return cell;
    }

    /// <summary>The text of the <c>.ipynb</c> file.</summary>
    public string ToJson() => NotebookJson.Write(_root, _indent) + _end;

    /// <summary>Whether <see cref="Save"/> knows a path's ending.</summary>
    public static bool CanSave(string path) => Path.GetExtension(path).ToUpperInvariant() is ".IPYNB" or ".DIB" or ".HTML" or ".HTM";

    /// <summary>Writes the notebook whole or not at all, by its ending: <c>.ipynb</c>, <c>.dib</c> (without outputs), or <c>.html</c>, a page to read.</summary>
    /// <exception cref="ArgumentException">The ending is another one.</exception>
    public void Save(string path)
    {
        string text = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".IPYNB" => ToJson(),
            ".DIB" => DibFile.Write(this),
            ".HTML" or ".HTM" => NotebookPage.Of(this, Path.GetFileNameWithoutExtension(path)),
            _ => throw new ArgumentException($"Cannot tell a format from '{path}': end it with .ipynb, .dib or .html.", nameof(path)),
        };
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private JsonNode? Metadata(params ReadOnlySpan<string> path)
    {
        JsonNode? node = _root["metadata"];
        foreach (string name in path) node = (node as JsonObject)?[name];
        return node;
    }

    private string FreeId(string id)
    {
        HashSet<string> taken = [.. _nodes.Select(n => MultilineText.Read(n?["id"])).OfType<string>()];
        string free = id;
        for (int i = 2; taken.Contains(free); i++) free = $"{id}-{i}";
        return free;
    }

    private static int? Integer(JsonNode? node) => node is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out int i) ? i : null;

    // The white space before the first property; Jupyter's where the file is one line.
    private static string IndentOf(string json)
    {
        int line = json.IndexOf('\n', StringComparison.Ordinal), end = line + 1;
        if (line < 0) return " ";
        while (end < json.Length && json[end] is ' ' or '\t') end++;
        return end > line + 1 ? json[(line + 1)..end] : " ";
    }
}
