using System.Buffers.Binary;

namespace Interp.Files;

/// <summary>A llama2.c checkpoint (<c>.bin</c>): a header of seven integers and float32 weights in a fixed order. Versions 0 and 1.</summary>
/// <remarks>Each matrix of each layer is a tensor here: <c>wq.0</c> [heads · d_head, d_model], … as in llama2.c's <c>TransformerWeights</c>.</remarks>
public sealed class Llama2CFile : IWeightFile
{
    private const uint Magic = 0x616b3432; // "ak42", from version 1 on
    private const int HeaderLengthOfVersion1 = 256;

    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorEntry> _tensors = [];
    private long _at;

    private Llama2CFile(MappedFile file)
    {
        _file = file;
        if (file.Length < 28) throw Error($"a llama2.c checkpoint has a header of 28 bytes; this file has {file.Length} bytes.");
        bool versioned = BinaryPrimitives.ReadUInt32LittleEndian(file.Span(0, 4)) == Magic;
        int version = versioned ? BinaryPrimitives.ReadInt32LittleEndian(file.Span(4, 4)) : 0;
        if (version is < 0 or > 1) throw Error($"this is version {version} of llama2.c's format; supported are 0 and 1 (version 2 is quantised).");
        ReadOnlySpan<byte> header = file.Span(versioned ? 8 : 0, versioned ? 29 : 28);
        Width = Field(header, 0, "dim");
        Hidden = Field(header, 1, "hidden_dim");
        Layers = Field(header, 2, "n_layers");
        Heads = Field(header, 3, "n_heads");
        KeyValueHeads = Field(header, 4, "n_kv_heads");
        // In version 0 a negative vocabulary says that the classifier is not the embedding.
        Vocabulary = Field(header, 5, "vocab_size", mayBeNegative: !versioned);
        Context = Field(header, 6, "seq_len");
        Tied = versioned ? header[28] != 0 : BinaryPrimitives.ReadInt32LittleEndian(header[20..]) > 0;
        if (Width % Heads != 0 || Heads % KeyValueHeads != 0)
            throw Error($"dim {Width}, n_heads {Heads} and n_kv_heads {KeyValueHeads} do not divide: this is no llama2.c checkpoint.");
        HeadSize = Width / Heads;
        long start = versioned ? HeaderLengthOfVersion1 : 28;
        long expected = start + (sizeof(float) * (long)Int128.Min(Elements(tables: !versioned), long.MaxValue / 8));
        if (expected != file.Length)
            throw Error($"its header (dim {Width}, hidden_dim {Hidden}, {Layers} layers, {Heads} heads, {KeyValueHeads} kv heads, vocabulary {Vocabulary}, seq_len {Context}) makes {expected} bytes, but the file has {file.Length}: it is truncated, or no llama2.c checkpoint.");
        _at = start;
        if (versioned) AddVersion1();
        else AddVersion0();
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    internal int Width { get; }

    internal int Hidden { get; }

    internal int Layers { get; }

    internal int Heads { get; }

    internal int HeadSize { get; }

    internal int KeyValueHeads { get; }

    internal int Vocabulary { get; }

    internal int Context { get; }

    /// <summary>Whether the classifier is the embedding.</summary>
    internal bool Tied { get; }

    /// <summary>Opens a checkpoint.</summary>
    /// <exception cref="ModelFileException">The header is wrong, or the file has not the size that the header makes.</exception>
    public static Llama2CFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Llama2CFile(new MappedFile(path));
    }

    /// <inheritdoc/>
    public Tensor Read(string name, bool view) => _tensors.TryGetValue(name, out TensorEntry? entry)
        ? _file.Read(entry.Type, entry.Offset, [.. entry.Shape], view)
        : throw Error($"there is no tensor '{name}' among the {_tensors.Count} here.");

    private int KeyWidth => KeyValueHeads * HeadSize;

    private Int128 Elements(bool tables)
    {
        Int128 layer = (2 * (Int128)Width * Width) + (2 * (Int128)Width * KeyWidth) + (3 * (Int128)Width * Hidden) + (2 * Width);
        Int128 vocabulary = (Int128)Vocabulary * Width * (Tied ? 1 : 2);
        return vocabulary + (Layers * layer) + Width + (tables ? (Int128)Context * (HeadSize / 2) * 2 : 0);
    }

    private void AddVersion0()
    {
        Add("token_embedding_table", Vocabulary, Width);
        AddLayers("rms_att_weight", Width);
        AddMatrices("rms_ffn_weight");
        Add("rms_final_weight", Width);
        // Tables of the rotary angles, which llama2.c computes anew: base 10000.
        Add("freq_cis_real", Context, HeadSize / 2);
        Add("freq_cis_imag", Context, HeadSize / 2);
        if (!Tied) Add("wcls", Vocabulary, Width);
    }

    private void AddVersion1()
    {
        AddLayers("rms_att_weight", Width);
        AddLayers("rms_ffn_weight", Width);
        Add("rms_final_weight", Width);
        Add("token_embedding_table", Vocabulary, Width);
        AddMatrices(null);
        if (!Tied) Add("wcls", Vocabulary, Width);
    }

    /// <summary>The matrices of all layers; in version 0 the second norm lies between those of attention and MLP.</summary>
    private void AddMatrices(string? norm)
    {
        AddLayers("wq", Width, Width);
        AddLayers("wk", KeyWidth, Width);
        AddLayers("wv", KeyWidth, Width);
        AddLayers("wo", Width, Width);
        if (norm is not null) AddLayers(norm, Width);
        AddLayers("w1", Hidden, Width);
        AddLayers("w2", Width, Hidden);
        AddLayers("w3", Hidden, Width);
    }

    private void AddLayers(string name, params int[] shape)
    {
        for (int l = 0; l < Layers; l++) Add($"{name}.{l}", shape);
    }

    private void Add(string name, params int[] shape)
    {
        TensorEntry entry = new(name, ElementType.F32, shape, Path, _at);
        if (entry.Length > int.MaxValue) throw Error($"{entry} has more than {int.MaxValue} elements.");
        _tensors.Add(name, entry);
        _at += entry.Length * sizeof(float);
    }

    private int Field(ReadOnlySpan<byte> header, int index, string name, bool mayBeNegative = false)
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(header[(4 * index)..]);
        int size = mayBeNegative && value < 0 && value != int.MinValue ? -value : value;
        return size is > 0 and <= 1 << 24 ? size : throw Error($"its header gives {name} = {value}: it is no llama2.c checkpoint, or damaged.");
    }

    private ModelFileException Error(string problem) => new(Path, problem);
}
