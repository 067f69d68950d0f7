namespace Interp.AttentionKernels;

/// <summary>The sizes of an attention: q [Batch, Queries, Heads, Width]; k and v [Batch, Keys, KeyValueHeads, Width].</summary>
/// <remarks>Query head h reads key-value head h / <see cref="Group"/>; query i sees the keys up to i + <see cref="Past"/>.</remarks>
internal readonly record struct AttentionShape(int Batch, int Queries, int Keys, int Heads, int KeyValueHeads, int Width)
{
    /// <summary>Query heads that share a key-value head.</summary>
    public int Group => Heads / KeyValueHeads;

    /// <summary>Keys before the first query's own (those of a key-value cache).</summary>
    public int Past => Keys - Queries;

    /// <summary>Elements from one query position to the next.</summary>
    public nint QueryStride => (nint)Heads * Width;

    /// <summary>Elements from one key position to the next.</summary>
    public nint KeyStride => (nint)KeyValueHeads * Width;

    /// <summary>The offset of a head's first query vector.</summary>
    public nint QueryOffset(int b, int h) => (((nint)b * Queries * Heads) + h) * Width;

    /// <summary>The offset of a key-value head's first vector.</summary>
    public nint KeyOffset(int b, int kvHead) => (((nint)b * Keys * KeyValueHeads) + kvHead) * Width;

    /// <summary>The shape of an attention over these queries and keys.</summary>
    /// <exception cref="ArgumentException">They do not fit each other.</exception>
    public static AttentionShape Of(ReadOnlySpan<int> q, ReadOnlySpan<int> k)
    {
        if (q.Length != 4 || k.Length != 4)
            throw new ArgumentException($"Attention takes q [batch, position, head, d_head] and k [batch, position, kvHead, d_head]; q is {TensorShape.Text(q)}, k is {TensorShape.Text(k)}.");
        if (q[0] != k[0] || q[3] != k[3])
            throw new ArgumentException($"The batch and d_head of q and k must be equal; q is {TensorShape.Text(q)}, k is {TensorShape.Text(k)}.");
        if (k[2] == 0 || q[2] % k[2] != 0)
            throw new ArgumentException($"q's heads must be a multiple of k's (grouped queries); q is {TensorShape.Text(q)}, k is {TensorShape.Text(k)}.");
        if (q[1] > k[1])
            throw new ArgumentException($"The last query belongs to the last key, so there cannot be more queries than keys; q is {TensorShape.Text(q)}, k is {TensorShape.Text(k)}.");
        return new AttentionShape(q[0], q[1], k[1], q[2], k[2], q[3]);
    }

    /// <summary>Checks that v is of k's shape.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public void CheckValues(ReadOnlySpan<int> v)
    {
        if (!v.SequenceEqual([Batch, Keys, KeyValueHeads, Width]))
            throw new ArgumentException($"v must have k's shape [{Batch}, {Keys}, {KeyValueHeads}, {Width}]; it is {TensorShape.Text(v)}.");
    }
}
