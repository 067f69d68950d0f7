namespace Interp.Files;

/// <summary>A PyTorch checkpoint (<c>.pt</c>, <c>.pth</c>, <c>pytorch_model.bin</c>): a zip archive of a pickle and the storages of its tensors.</summary>
/// <remarks>Tensors are rebuilt, nothing else: a pickle that needs any other object is refused with the object's name. Views that share or skip elements of a storage become tensors of their own.</remarks>
public sealed class PyTorchCheckpoint : IWeightFile
{
    // Where training scripts put the weights, when they save more than them.
    private static readonly string[] s_usual = ["model", "state_dict", "model_state_dict", "model_state"];

    private readonly MappedFile _file;
    private readonly ZipDirectory _zip;
    private readonly string _root;
    private readonly Dictionary<string, TensorEntry> _entries = [];
    private readonly Dictionary<string, PickledTensor> _tensors = [];

    private PyTorchCheckpoint(MappedFile file, string? state)
    {
        _file = file;
        if (!ZipDirectory.Begins(file.Span(0, Math.Min(4, file.Length))))
            throw Error("it is no zip archive. PyTorch before 1.6 wrote another format: load and save it once with a later one.");
        _zip = new ZipDirectory(file);
        string pickle = _zip.Entries.Keys.FirstOrDefault(name => name.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw Error("it is a zip archive, but not of PyTorch: it has no entry data.pkl.");
        _root = pickle[..^"data.pkl".Length];
        if (_zip.Entries.TryGetValue(_root + "byteorder", out (long Offset, long Length) order) && !file.Span(order.Offset, order.Length).SequenceEqual("little"u8))
            throw Error("it was written on a big-endian machine, which is not supported.");
        object? value = new Unpickler(Path, file.Span(_zip.Entries[pickle].Offset, _zip.Entries[pickle].Length).ToArray()).Run();
        foreach ((string name, PickledTensor tensor) in State(value, state)) Add(name, tensor);
        GC.KeepAlive(file);
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _entries;

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">Which entry of the checkpoint's dictionary holds the weights; null: the dictionary itself if it has tensors, else the only entry that has, or the one with a usual name.</param>
    /// <exception cref="ModelFileException">The file is not a checkpoint, is damaged, or holds objects other than tensors and plain data.</exception>
    public static PyTorchCheckpoint Open(string path, string? state = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new PyTorchCheckpoint(new MappedFile(path), state);
    }

    /// <inheritdoc/>
    public Tensor Read(string name, bool view)
    {
        if (!_tensors.TryGetValue(name, out PickledTensor? tensor)) throw Error($"there is no tensor '{name}' among the {_tensors.Count} here.");
        TensorEntry entry = _entries[name];
        if (IsContiguous(tensor)) return _file.Read(entry.Type, entry.Offset, [.. entry.Shape], view);
        if (entry.Length > tensor.Storage.Length) throw Error($"{entry} repeats elements of its storage, which is not supported.");
        Tensor result = view ? Tensor.AllocatePlain([.. entry.Shape]) : Tensor.Empty([.. entry.Shape]);
        using TensorScope scope = TensorScope.Begin();
        Tensor storage = _file.Read(entry.Type, entry.Offset, [checked((int)(1 + Last(tensor)))], view: false);
        Gather(storage.Span, tensor, result.Span);
        return result;
    }

    private Dictionary<string, PickledTensor> State(object? value, string? state)
    {
        if (value is not PickleDict root) throw Error("its pickle is not a dictionary of tensors.");
        if (state is not null) return Find(root, state) is { Count: > 0 } chosen ? chosen : throw Error($"its entry '{state}' is not a dictionary of tensors.");
        Dictionary<string, PickledTensor> direct = Direct(root);
        string[] nested = [.. root.Items.Where(item => item is { Key: string, Value: PickleDict dict } && Direct(dict).Count > 0).Select(item => (string)item.Key!)];
        if (nested.Length == 0) return direct.Count > 0 ? direct : throw Error("its pickle holds no tensors.");
        // Beside nested weights a lone tensor is a number such as the best loss.
        string? name = nested.Length == 1 ? nested[0] : s_usual.FirstOrDefault(nested.Contains);
        return name is not null ? Find(root, name) : throw Error($"its entries {string.Join(", ", nested)} all hold tensors: name the one with the weights ('state' in a name map).");
    }

    private static Dictionary<string, PickledTensor> Find(PickleDict root, string name) =>
        root.Items.FirstOrDefault(item => item.Key is string key && key == name).Value is PickleDict dict ? Direct(dict) : [];

    private static Dictionary<string, PickledTensor> Direct(PickleDict dict)
    {
        Dictionary<string, PickledTensor> tensors = [];
        foreach ((object? key, object? value) in dict.Items)
            if (key is string name && value is PickledTensor tensor) tensors[name] = tensor;
        return tensors;
    }

    private void Add(string name, PickledTensor tensor)
    {
        ElementType type = tensor.Storage.Type;
        if (!_zip.Entries.TryGetValue($"{_root}data/{tensor.Storage.Key}", out (long Offset, long Length) storage))
            throw Error($"the tensor '{name}' lies in the storage '{tensor.Storage.Key}', which is missing.");
        long length = 1;
        foreach (long size in tensor.Sizes)
            if (size > int.MaxValue || (length *= size) > int.MaxValue) throw Error($"the tensor '{name}' [{string.Join(", ", tensor.Sizes)}] has more than {int.MaxValue} elements.");
        long available = Math.Min(tensor.Storage.Length, storage.Length / type.Size());
        if (length > 0 && (tensor.Offset >= available || Last(tensor) >= available - tensor.Offset))
            throw Error($"the tensor '{name}' {type} [{string.Join(", ", tensor.Sizes)}], strides [{string.Join(", ", tensor.Strides)}], from element {tensor.Offset}, goes beyond its storage of {available} elements.");
        _tensors.Add(name, tensor);
        _entries.Add(name, new TensorEntry(name, type, [.. tensor.Sizes.Select(size => (int)size)], Path, storage.Offset + (tensor.Offset * type.Size())));
    }

    /// <summary>The index, from the tensor's first element, of its last one; at most about 2⁶³ (a size is below 2³¹).</summary>
    private static long Last(PickledTensor tensor)
    {
        UInt128 last = 0;
        for (int axis = 0; axis < tensor.Sizes.Length; axis++) last += (UInt128)Math.Max(0, tensor.Sizes[axis] - 1) * (UInt128)tensor.Strides[axis];
        return last > long.MaxValue / 2 ? long.MaxValue / 2 : (long)last;
    }

    private static bool IsContiguous(PickledTensor tensor)
    {
        long stride = 1;
        for (int axis = tensor.Sizes.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Sizes[axis] != 1 && tensor.Strides[axis] != stride) return tensor.Sizes.Contains(0);
            stride *= tensor.Sizes[axis];
        }
        return true;
    }

    private static void Gather(ReadOnlySpan<float> storage, PickledTensor tensor, Span<float> to)
    {
        long[] index = new long[tensor.Sizes.Length];
        long at = 0;
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = storage[(int)at];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Sizes[axis]) break;
                at -= index[axis] * tensor.Strides[axis];
                index[axis] = 0;
            }
        }
    }

    private ModelFileException Error(string problem) => new(Path, problem);
}
