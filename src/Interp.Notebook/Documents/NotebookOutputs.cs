using System.Text;
using System.Text.Json.Nodes;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Documents;

/// <summary>Writes what cells put out into their notebook as they run: streams merged, updates applied in place wherever the display stands.</summary>
/// <remarks>All members may be called from any thread.</remarks>
internal sealed class NotebookOutputs
{
    /// <summary>The most characters of text a cell's streams keep; the rest is dropped, and the notebook says so.</summary>
    public const int MostStreamCharacters = 8 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<JsonObject>> _displays = [];
    private readonly List<CellOutput> _cells = [];
    private readonly Action<StreamName, string>? _echo;

    /// <param name="echo">Also gets the text of everything, as it comes.</param>
    public NotebookOutputs(Action<StreamName, string>? echo = null) => _echo = echo;

    /// <summary>Empties a cell's outputs and returns where its new ones go.</summary>
    public ICellOutput Start(NotebookCell cell)
    {
        lock (_lock)
        {
            cell.Outputs.Clear();
            CellOutput output = new(this, cell);
            _cells.Add(output);
            return output;
        }
    }

    /// <summary>Adds how a cell ended.</summary>
    public void End(NotebookCell cell, CellResult result)
    {
        lock (_lock)
        {
            CellOutput output = _cells.Last(c => c.Cell == cell);
            if (result.Value is { } value)
            {
                output.Add(new JsonObject
                {
                    ["data"] = MultilineText.WriteBundle(value.Data),
                    ["execution_count"] = cell.ExecutionCount,
                    ["metadata"] = value.Metadata.DeepClone(),
                    ["output_type"] = "execute_result",
                });
                Echo(value);
            }
            output.Settle();
            if (result.Error is { } error)
            {
                output.Add(new JsonObject
                {
                    ["ename"] = error.Name,
                    ["evalue"] = error.Message,
                    ["output_type"] = "error",
                    ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
                });
            }
        }
    }

    /// <summary>Runs an action on the notebook while no output comes, all text that was written being in it.</summary>
    public void Settle(Action action)
    {
        lock (_lock)
        {
            foreach (CellOutput cell in _cells) cell.Settle();
            action();
        }
    }

    private void Echo(MimeBundle bundle)
    {
        if (MultilineText.Read(bundle.Data["text/plain"]) is { } text) _echo?.Invoke(StreamName.Stdout, text + "\n");
    }

    private sealed class CellOutput(NotebookOutputs run, NotebookCell cell) : ICellOutput
    {
        private readonly JsonArray _nodes = cell.Outputs;
        private readonly StringBuilder _text = new();
        private JsonObject? _stream;
        private StreamName _streamName;
        private int _characters;
        private bool _clearsNext;

        public NotebookCell Cell => cell;

        public string? CellId => cell.Id;

        public void Write(StreamName stream, string text)
        {
            lock (run._lock)
            {
                run._echo?.Invoke(stream, text);
                if (text.Length == 0 || _characters == MostStreamCharacters) return;
                ClearIfDue();
                if (_stream is null || _streamName != stream)
                {
                    Settle();
                    _text.Clear();
                    _streamName = stream;
                    _stream = new JsonObject { ["name"] = stream == StreamName.Stdout ? "stdout" : "stderr", ["output_type"] = "stream", ["text"] = new JsonArray() };
                    _nodes.Add((JsonNode)_stream);
                }
                int kept = Math.Min(text.Length, MostStreamCharacters - _characters);
                _text.Append(text.AsSpan(0, kept));
                _characters += kept;
                if (_characters == MostStreamCharacters)
                    _text.Append($"\n… the cell printed more than {MostStreamCharacters >> 20} million characters: the rest is not kept\n");
            }
        }

        public void Display(MimeBundle bundle, string? displayId)
        {
            JsonObject node = new() { ["data"] = MultilineText.WriteBundle(bundle.Data), ["metadata"] = bundle.Metadata.DeepClone(), ["output_type"] = "display_data" };
            lock (run._lock)
            {
                Add(node);
                run.Echo(bundle);
                if (displayId is null) return;
                if (!run._displays.TryGetValue(displayId, out List<JsonObject>? shown)) run._displays[displayId] = shown = [];
                shown.Add(node);
                // A display of a known id updates the earlier ones too.
                Update(shown, bundle);
            }
        }

        public void UpdateDisplay(MimeBundle bundle, string displayId)
        {
            lock (run._lock)
                if (run._displays.TryGetValue(displayId, out List<JsonObject>? shown)) Update(shown, bundle);
        }

        public void Clear(bool wait)
        {
            lock (run._lock)
            {
                _clearsNext = true;
                if (!wait) ClearIfDue();
            }
        }

        public string ReadLine(string prompt, bool password, CancellationToken cancellation) =>
            throw new InvalidOperationException("Nobody can answer here: the notebook runs without a user. Put the value into a cell tagged 'parameters' and give it with --parameters NAME=VALUE.");

        /// <summary>Adds an output after the text that was written; the lock is held.</summary>
        public void Add(JsonObject node)
        {
            ClearIfDue();
            Settle();
            _stream = null;
            _nodes.Add((JsonNode)node);
        }

        /// <summary>Puts the text of the open stream into the notebook; the lock is held.</summary>
        public void Settle()
        {
            if (_stream is not null) _stream["text"] = MultilineText.Write(_text.ToString());
        }

        private void ClearIfDue()
        {
            if (!_clearsNext) return;
            _clearsNext = false;
            _stream = null;
            _text.Clear();
            _characters = 0;
            _nodes.Clear();
        }

        private static void Update(List<JsonObject> shown, MimeBundle bundle)
        {
            foreach (JsonObject node in shown)
            {
                node["data"] = MultilineText.WriteBundle(bundle.Data);
                node["metadata"] = bundle.Metadata.DeepClone();
            }
        }
    }
}
