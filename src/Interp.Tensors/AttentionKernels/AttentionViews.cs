using Interp.Gemm;

namespace Interp.AttentionKernels;

/// <summary>
/// The operands of unfused attention as batches of matrices, one matrix a (batch, key-value head) pair. The rows of the query heads that
/// share a key-value head are stacked: row i·group + g is query i of the group's head g.
/// </summary>
internal static unsafe class AttentionViews
{
    /// <summary>q or z [b, q, h, e] as [q·group, e].</summary>
    public static BatchView Queries(float* q, AttentionShape s) => new(
        new MatrixView(q, QueryRows(s, s.Width, s.QueryStride), new MatrixAxis(s.Width, 1)),
        s.Batch, s.Queries * s.QueryStride, s.KeyValueHeads, (nint)s.Group * s.Width);

    /// <summary>k or v [b, k, kvHeads, e] as [k, e].</summary>
    public static BatchView Keys(float* k, AttentionShape s) => new(
        new MatrixView(k, s.Keys, s.Width, s.KeyStride), s.Batch, s.Keys * s.KeyStride, s.KeyValueHeads, s.Width);

    /// <summary>Scores or pattern [b, h, q, k] as [q·group, k].</summary>
    public static BatchView Pattern(float* pattern, AttentionShape s)
    {
        nint head = (nint)s.Queries * s.Keys;
        return new(
            new MatrixView(pattern, QueryRows(s, head, s.Keys), new MatrixAxis(s.Keys, 1)),
            s.Batch, s.Heads * head, s.KeyValueHeads, s.Group * head);
    }

    /// <summary>The same matrices, transposed.</summary>
    public static BatchView Transposed(this BatchView batch) => batch with { First = batch.First.Transposed };

    /// <summary>The stacked rows; without grouped queries they are evenly spaced.</summary>
    private static MatrixAxis QueryRows(AttentionShape s, nint headStride, nint queryStride) =>
        s.Group == 1 ? new MatrixAxis(s.Queries, queryStride) : new MatrixAxis(s.Queries * s.Group, headStride, s.Group, queryStride);
}
