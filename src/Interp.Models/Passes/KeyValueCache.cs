namespace Interp.Passes;

/// <summary>Keys and values of the positions that earlier runs have seen, so that a run computes new positions only.</summary>
internal sealed class KeyValueCache(TransformerConfig config, int batch)
{
    private readonly Tensor?[] _keys = new Tensor?[config.Layers];
    private readonly Tensor?[] _values = new Tensor?[config.Layers];
    private readonly Tensor?[] _lastKeys = new Tensor?[config.Layers];

    /// <summary>The number of positions seen by completed runs.</summary>
    public int Positions { get; private set; }

    /// <summary>Counts a completed run's positions as seen.</summary>
    public void Advance(int positions) => Positions += positions;

    /// <summary>Appends the keys and values of a run's new positions [b, new, kv, e]; returns those of all positions [b, all, kv, e].</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor k, Tensor v) =>
        (Append(ref _keys[layer], k), Append(ref _values[layer], v));

    /// <summary>The last key before smearing of the run before [b, 1, kv, e] (null in the first run); remembers this run's.</summary>
    public Tensor? ExchangeLastKey(int layer, Tensor k)
    {
        Tensor? previous = _lastKeys[layer];
        // A copy: for one row the slice is a view that would keep all of k.
        _lastKeys[layer] = Ops.Slice(k, axis: 1, start: -1, length: 1).Clone().Keep();
        return previous;
    }

    private Tensor Append(ref Tensor? buffer, Tensor added)
    {
        int width = added.Shape[2] * added.Shape[3], count = added.Shape[1], all = Positions + count;
        if (buffer is null || buffer.Shape[1] < all) buffer = Grown(buffer, all, width);
        Put(added, count, buffer, Positions);
        return Ops.Slice(buffer, axis: 1, start: 0, length: all).Reshape([batch, all, .. added.Shape[2..]]);
    }

    /// <summary>A buffer [b, capacity, width] for twice the positions now needed (not more than the context), with what the old one holds.</summary>
    private Tensor Grown(Tensor? old, int needed, int width)
    {
        Tensor grown = Tensor.Empty(batch, Math.Min(2 * needed, config.Context), width).Keep();
        if (old is not null) Put(old, Positions, grown, 0);
        return grown;
    }

    /// <summary>Copies the first <paramref name="count"/> positions of every row to <paramref name="start"/> on.</summary>
    private void Put(Tensor source, int count, Tensor buffer, int start)
    {
        int width = buffer.Shape[2], stride = source.Length / batch;
        for (int b = 0; b < batch; b++)
            source.Span.Slice(b * stride, count * width).CopyTo(buffer.Span.Slice(((b * buffer.Shape[1]) + start) * width, count * width));
    }
}
