using System.Text.Json;

namespace Interp.Files;

/// <summary>Tensors in a JSON file: an object of <c>{"shape": […], "dtype": "torch.float32", "data": "base64…"}</c> by name, beside a <c>config</c>.</summary>
public sealed class JsonWeights : IWeightFile
{
    private readonly Dictionary<string, TensorEntry> _tensors = [];
    private readonly Dictionary<string, byte[]> _bytes = [];

    private JsonWeights(string path)
    {
        Path = path;
        using JsonDocument document = JsonFile.Open(path);
        JsonFields fields = new(path, "the model", document.RootElement);
        Config = fields.Get("config").Clone();
        foreach (string name in fields.Names)
            if (name != "config") Add(name, fields.Object(name));
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>The object <c>config</c>.</summary>
    internal JsonElement Config { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelFileException">It is malformed.</exception>
    public static JsonWeights Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new JsonWeights(path);
    }

    /// <inheritdoc/>
    public Tensor Read(string name, bool view)
    {
        if (!_tensors.TryGetValue(name, out TensorEntry? entry)) throw new ModelFileException(Path, $"there is no tensor '{name}' among the {_tensors.Count} here.");
        Tensor tensor = view ? Tensor.AllocatePlain([.. entry.Shape]) : Tensor.Empty([.. entry.Shape]);
        ElementConversion.ToSingle(entry.Type, _bytes[name], tensor.Span);
        return tensor;
    }

    private void Add(string name, JsonFields fields)
    {
        fields.Only("dtype", "\"torch.float32\"");
        JsonElement shape = fields.Get("shape"), data = fields.Get("data");
        if (shape.ValueKind != JsonValueKind.Array || data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out byte[]? bytes))
            throw fields.Error("it needs a shape (array) and data (base64).");
        List<int> sizes = [];
        long length = 1;
        foreach (JsonElement axis in shape.EnumerateArray())
        {
            if (sizes.Count == 16 || !axis.TryInteger(out long size) || size is < 0 or > int.MaxValue || (length *= size) > int.MaxValue)
                throw fields.Error($"the shape {shape.GetRawText()} is no list of sizes.");
            sizes.Add((int)size);
        }
        fields.Finish();
        TensorEntry entry = new(name, ElementType.F32, sizes, Path, 0);
        if (bytes.Length != length * sizeof(float)) throw fields.Error($"its shape [{string.Join(", ", sizes)}] needs {length * sizeof(float)} bytes; its data have {bytes.Length}.");
        _tensors.Add(name, entry);
        _bytes.Add(name, bytes);
    }
}
