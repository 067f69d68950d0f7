using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interp.Notebook.Documents;

/// <summary>A cell: a view of its JSON, in which everything that is not named here stays as it was read.</summary>
internal sealed class NotebookCell
{
    private readonly JsonObject _node;
    private readonly string _defaultLanguage;
    private string? _source;

    /// <param name="node">The cell's JSON.</param>
    /// <param name="defaultLanguage">The language of code cells that name none, such as <c>csharp</c>.</param>
    /// <exception cref="FormatException">The JSON is no cell; the message says what it lacks.</exception>
    public NotebookCell(JsonObject node, string defaultLanguage)
    {
        (_node, _defaultLanguage) = (node, defaultLanguage);
        Kind = MultilineText.Read(node["cell_type"]) switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            null => throw new FormatException("it has no \"cell_type\""),
            string other => throw new FormatException($"its \"cell_type\" is '{other}', not code, markdown or raw"),
        };
        _source = MultilineText.Read(node["source"]) ?? throw new FormatException("it has no \"source\" text");
        if (node["outputs"] is not (null or JsonArray)) throw new FormatException("its \"outputs\" are no array");
        if (node["metadata"] is not (null or JsonObject)) throw new FormatException("its \"metadata\" is no object");
    }

    public CellKind Kind { get; }

    /// <summary>The id of the cell; null before format 4.5.</summary>
    public string? Id => MultilineText.Read(_node["id"]);

    /// <summary>The text, lines ended as in the file.</summary>
    public string Source
    {
        get => _source!;
        set
        {
            _source = value;
            NotebookJson.Set(_node, "source", MultilineText.Write(value));
        }
    }

    /// <summary>The cell's tags: <c>parameters</c>, <c>raises-exception</c>, …</summary>
    public IEnumerable<string> Tags => Metadata("tags") is JsonArray tags ? tags.Select(MultilineText.Read).OfType<string>() : [];

    /// <summary>The language of a code cell in lower case: <c>csharp</c>, or another where Polyglot Notebooks wrote one.</summary>
    public string Language
    {
        get
        {
            string name = MultilineText.Read(Metadata("polyglot_notebook", "kernelName"))
                ?? MultilineText.Read(Metadata("dotnet_interactive", "language"))
                ?? MultilineText.Read(Metadata("vscode", "languageId"))
                ?? _defaultLanguage;
            return CellLanguage.Normalize(name);
        }
    }

    /// <summary>The number of its last execution; null where it did not run.</summary>
    public int? ExecutionCount
    {
        get => _node["execution_count"] is JsonValue v && v.GetValueKind() == JsonValueKind.Number ? v.GetValue<int>() : null;
        set => NotebookJson.Set(_node, "execution_count", value);
    }

    /// <summary>The outputs, in nbformat's form.</summary>
    public JsonArray Outputs
    {
        get
        {
            if (_node["outputs"] is JsonArray outputs) return outputs;
            JsonArray none = [];
            NotebookJson.Set(_node, "outputs", none);
            return none;
        }
    }

    /// <summary>Takes away what an earlier execution left.</summary>
    public void Clear()
    {
        Outputs.Clear();
        ExecutionCount = null;
    }

    private JsonNode? Metadata(params ReadOnlySpan<string> path)
    {
        JsonNode? node = _node["metadata"];
        foreach (string name in path) node = (node as JsonObject)?[name];
        return node;
    }
}
