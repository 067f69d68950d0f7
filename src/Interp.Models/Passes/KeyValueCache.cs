namespace Interp.Passes;

/// <summary>Keys and values of the positions that earlier runs have seen, so that a run computes new positions only.</summary>
internal sealed class KeyValueCache(TransformerConfig config, int batch, int capacity)
{
    private readonly Tensor[] _keys = Buffers(config.Layers, batch, capacity, config.KeyValueHeads * config.DHead);
    private readonly Tensor[] _values = Buffers(config.Layers, batch, capacity, config.KeyValueHeads * config.DHead);
    private readonly Tensor?[] _lastKeys = new Tensor?[config.Layers];

    /// <summary>The number of positions seen by completed runs.</summary>
    public int Positions { get; private set; }

    /// <summary>Counts a completed run's positions as seen.</summary>
    public void Advance(int positions) => Positions += positions;

    /// <summary>Appends the keys and values of a run's new positions [b, new, kv, e]; returns those of all positions [b, all, kv, e].</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor k, Tensor v) =>
        (Append(_keys[layer], k), Append(_values[layer], v));

    /// <summary>The last key before smearing of the run before [b, 1, kv, e] (null in the first run); remembers this run's.</summary>
    public Tensor? ExchangeLastKey(int layer, Tensor k)
    {
        Tensor? previous = _lastKeys[layer];
        // A copy: for one row the slice is a view that would keep all of k.
        _lastKeys[layer] = Ops.Slice(k, axis: 1, start: -1, length: 1).Clone().Keep();
        return previous;
    }

    private Tensor Append(Tensor buffer, Tensor added)
    {
        int width = buffer.Shape[2], count = added.Shape[1], all = Positions + count;
        for (int b = 0; b < batch; b++)
            added.Span.Slice(b * count * width, count * width).CopyTo(buffer.Span.Slice(((b * capacity) + Positions) * width, count * width));
        return Ops.Slice(buffer, axis: 1, start: 0, length: all).Reshape(batch, all, config.KeyValueHeads, config.DHead);
    }

    private static Tensor[] Buffers(int layers, int batch, int capacity, int width) =>
        [.. Enumerable.Range(0, layers).Select(_ => Tensor.Empty(batch, capacity, width).Keep())];
}
