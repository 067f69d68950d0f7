namespace Interp.Files;

/// <summary>A pickled tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A pickled dictionary, in order.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A storage: the key of its entry in the archive, and how its elements are stored.</summary>
internal sealed record PickledStorage(string Key, ElementType Type, long Length);

/// <summary>A view of a storage, in elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Sizes, long[] Strides);
