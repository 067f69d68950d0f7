using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Interp.Files;

/// <summary>A safetensors file: an 8-byte little-endian header length, a JSON header, and the tensors' bytes without gaps.</summary>
/// <remarks>Format: https://github.com/huggingface/safetensors. The whole header is checked on opening; tensors are read when asked for.</remarks>
/// <example><code>
/// var file = SafetensorsFile.Open("model.safetensors");
/// Tensor embedding = file.Read("wte.weight");
/// SafetensorsFile.Save("copy.safetensors", new Dictionary&lt;string, Tensor&gt; { ["wte.weight"] = embedding });
/// </code></example>
public sealed class SafetensorsFile : IWeightFile
{
    // The reference reader's limit: beyond it a length is garbage.
    private const long MaxHeaderLength = 100_000_000;

    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorEntry> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsFile(MappedFile file)
    {
        _file = file;
        long headerLength = HeaderLength(file);
        ReadHeader(file.Span(8, headerLength), 8 + headerLength);
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>The strings of the header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Maps the file and checks its header.</summary>
    /// <exception cref="ModelFileException">The file cannot be opened, or its header is wrong: the message says where.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new SafetensorsFile(new MappedFile(path));
    }

    /// <inheritdoc/>
    public Tensor Read(string name) => Read(name, view: true);

    /// <inheritdoc/>
    /// <remarks>Large float32 tensors are not copied: they view the mapped file, privately, so that writing to one changes the tensor and not the file.</remarks>
    public Tensor Read(string name, bool view)
    {
        if (!_tensors.TryGetValue(name, out TensorEntry? entry))
            throw new ModelFileException(Path, $"there is no tensor '{name}' among the {_tensors.Count} here.");
        return _file.Read(entry.Type, entry.Offset, [.. entry.Shape], view);
    }

    /// <summary>Writes float32 tensors in the order given, atomically: a temporary file, then a rename.</summary>
    /// <param name="path">The file to write or replace; missing folders are made.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Strings for <c>__metadata__</c>.</param>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        KeyValuePair<string, Tensor>[] all = [.. tensors];
        byte[] header = MakeHeader(all, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach ((_, Tensor tensor) in all) WriteElements(stream, tensor.Span);
        });
    }

    private static void WriteElements(Stream stream, ReadOnlySpan<float> elements)
    {
        const int Block = 1 << 20;
        for (int i = 0; i < elements.Length; i += Block)
            stream.Write(MemoryMarshal.AsBytes(elements.Slice(i, Math.Min(Block, elements.Length - i))));
    }

    private static byte[] MakeHeader(KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream buffer = new();
        HashSet<string> names = [];
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long end = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                if (name == "__metadata__" || !names.Add(name))
                    throw new ArgumentException($"The tensor name '{name}' is {(name == "__metadata__" ? "reserved" : "used twice")}.", nameof(tensors));
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(end);
                json.WriteNumberValue(end += (long)tensor.Length * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of 8, so that the data are aligned.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static long HeaderLength(MappedFile file)
    {
        if (file.Length < 8)
            throw new ModelFileException(file.Path, $"a safetensors file starts with an 8-byte header length, but this file has {file.Length} bytes.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span(0, 8));
        if (length > (ulong)(file.Length - 8) || length > MaxHeaderLength || length < 2)
        {
            throw new ModelFileException(file.Path,
                $"the first 8 bytes give a header of {length} bytes, but {file.Length - 8} follow (and a header has at most {MaxHeaderLength}): not a safetensors file, or truncated.");
        }
        return (long)length;
    }

    private void ReadHeader(ReadOnlySpan<byte> header, long dataStart)
    {
        using JsonDocument document = JsonFile.Parse(Path, header, "the safetensors header");
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new ModelFileException(Path, "the safetensors header is not a JSON object.");
        List<(long Begin, long End, string Name)> ranges = [];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__") ReadMetadata(property.Value);
            else ranges.Add(ReadEntry(property.Name, property.Value, dataStart));
        }
        CheckCoverage(ranges, dataStart);
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new ModelFileException(Path, "__metadata__ of the safetensors header is not an object of strings.");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw new ModelFileException(Path, $"__metadata__ entry '{property.Name}' of the safetensors header is not a string.");
            _metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private (long Begin, long End, string Name) ReadEntry(string name, JsonElement value, long dataStart)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out JsonElement offsets) || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2
            || !offsets[0].TryInteger(out long begin) || !offsets[1].TryInteger(out long end))
        {
            throw new ModelFileException(Path, $"the header entry of tensor '{name}' needs dtype (string), shape (array) and data_offsets (two integers).");
        }
        ElementType? type = ParseType(dtype.GetString()!)
            ?? throw new ModelFileException(Path, $"tensor '{name}' has the element type '{dtype.GetString()}'; known are F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL.");
        List<int> sizes = [];
        long length = 1;
        foreach (JsonElement axis in shape.EnumerateArray())
        {
            if (sizes.Count == 16 || axis.ValueKind != JsonValueKind.Number || !axis.TryGetInt32(out int size) || size < 0 || (length *= size) > int.MaxValue)
                throw new ModelFileException(Path, $"tensor '{name}' has the shape {shape.GetRawText()}; needed are at most 16 axes of non-negative integers, in all at most {int.MaxValue} elements.");
            sizes.Add(size);
        }
        TensorEntry entry = new(name, type.Value, sizes, Path, dataStart + begin);
        long available = _file.Length - dataStart;
        if (begin < 0 || end < begin || end > available)
            throw new ModelFileException(Path, $"{entry}: its data_offsets [{begin}, {end}] do not lie within the {available} bytes after the header: the file is truncated or its header wrong.");
        if (end - begin != length * type.Value.Size())
            throw new ModelFileException(Path, $"{entry}: its shape needs {length * type.Value.Size()} bytes, its data_offsets [{begin}, {end}] give {end - begin}.");
        _tensors.Add(name, entry);
        return (begin, end, name);
    }

    private static ElementType? ParseType(string name) => name switch
    {
        "F64" => ElementType.F64,
        "F32" => ElementType.F32,
        "F16" => ElementType.F16,
        "BF16" => ElementType.BF16,
        "I64" => ElementType.I64,
        "I32" => ElementType.I32,
        "I16" => ElementType.I16,
        "I8" => ElementType.I8,
        "U64" => ElementType.U64,
        "U32" => ElementType.U32,
        "U16" => ElementType.U16,
        "U8" => ElementType.U8,
        "BOOL" => ElementType.Bool,
        _ => null,
    };

    /// <summary>The tensors must cover all bytes after the header, each once.</summary>
    private void CheckCoverage(List<(long Begin, long End, string Name)> ranges, long dataStart)
    {
        ranges.Sort();
        long expected = 0;
        string before = "the header";
        foreach ((long begin, long end, string name) in ranges)
        {
            if (begin != expected)
            {
                throw new ModelFileException(Path,
                    $"tensor '{name}' starts at byte {dataStart + begin}, but {before} ends at byte {dataStart + expected}: {(begin < expected ? "they overlap" : "the bytes between belong to no tensor")}.");
            }
            (expected, before) = (end, $"tensor '{name}'");
        }
        if (expected != _file.Length - dataStart)
            throw new ModelFileException(Path, $"{before} ends at byte {dataStart + expected}, but the file goes on to byte {_file.Length}: these bytes belong to no tensor.");
    }
}
