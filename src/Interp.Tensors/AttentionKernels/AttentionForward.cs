using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.AttentionKernels;

/// <summary>Causal attention that keeps no scores: z = softmax(scale·q·kᵀ, masked)·v, a block of queries at a time.</summary>
/// <remarks>
/// For a block of queries the scores to every visible key are computed, exponentiated and multiplied with the values while they are
/// in the cache; keys after the block's last query are never touched.
/// </remarks>
internal unsafe struct AttentionForward : ISimdKernel
{
    /// <summary>Queries in a block: its scores against 512 keys fill two thirds of a 48 KB first-level cache.</summary>
    public const int BlockRows = 16;

    // Below this many (batch, kv head) pairs the queries are cut in chunks too, so that every thread has work.
    private const int EnoughItems = 16;
    private const int ChunkRows = 4 * BlockRows;

    public required AttentionShape Shape;
    public required float Scale;

    /// <summary>q [b, q, h, e]; k and v [b, k, kvHeads, e]; the result z [b, q, h, e].</summary>
    public required float* Q, K, V, Z;

    /// <summary>[b, h, q, 2]: each row's largest score and 1 / Σ exp(score − largest), for the backward; null if not wanted.</summary>
    public float* RowStatistics;

    /// <summary>[b, h, q, k]: receives the pattern; null if not wanted.</summary>
    public float* Pattern;

    public readonly void Run<S, TVector>()
        where S : struct, ISimd<TVector>
        where TVector : struct
    {
        if (Shape.Queries == 0 || Shape.Batch == 0) return;
        int pairs = Shape.Batch * Shape.KeyValueHeads;
        int chunkRows = pairs >= EnoughItems ? Shape.Queries : ChunkRows;
        int chunks = (Shape.Queries + chunkRows - 1) / chunkRows;
        Parallelism.For(pairs * chunks, new Chunk<S, TVector>(this, chunkRows, chunks));
    }

    private readonly struct Chunk<S, TVector>(AttentionForward a, int chunkRows, int chunks) : IParallelBody
        where S : struct, ISimd<TVector>
        where TVector : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int index)
        {
            AttentionShape shape = a.Shape;
            (int b, int kvHead) = Math.DivRem(index / chunks, shape.KeyValueHeads);
            // The last chunk sees most keys: it goes first, so that threads end together.
            int first = (chunks - 1 - (index % chunks)) * chunkRows, end = Math.Min(shape.Queries, first + chunkRows);
            int width = shape.Width, keys = end + shape.Past;

            int panel = 2 * S.Lanes;
            int paddedKeys = RoundUp(keys, panel), paddedWidth = RoundUp(width, S.Lanes);
            // One vector more than needed, so that the rows of a column do not fall into one cache set.
            int scoreStride = paddedKeys + S.Lanes;
            var scratch = ThreadScratch.Begin(
                ((nint)paddedKeys * width) + ((nint)keys * paddedWidth) + (BlockRows * ((nint)width + paddedWidth + scoreStride)), 5);
            float* largest = stackalloc float[BlockRows], inverseSums = stackalloc float[BlockRows];
            float* keyPanels = scratch.Take((nint)paddedKeys * width);
            float* values = scratch.Take((nint)keys * paddedWidth);
            float* queries = scratch.Take((nint)BlockRows * width);
            float* scores = scratch.Take((nint)BlockRows * scoreStride);
            float* z = scratch.Take((nint)BlockRows * paddedWidth);

            nint keyOffset = shape.KeyOffset(b, kvHead);
            Pack.Transposed(a.K + keyOffset, shape.KeyStride, keys, width, keyPanels, panel);
            Pack.Rows<S, TVector>(a.V + keyOffset, shape.KeyStride, keys, width, 1, values, paddedWidth, paddedWidth);

            for (int h = kvHead * shape.Group; h < (kvHead + 1) * shape.Group; h++)
            {
                for (int i = first; i < end; i += BlockRows)
                {
                    int rows = Math.Min(BlockRows, end - i);
                    int visible = i + rows + shape.Past, columns = RoundUp(visible, S.Lanes);
                    nint queryOffset = shape.QueryOffset(b, h) + (i * shape.QueryStride);
                    Pack.Rows<S, TVector>(a.Q + queryOffset, shape.QueryStride, rows, width, a.Scale, queries, width, width);
                    PanelProduct.Multiply<S, TVector>(queries, width, 1, keyPanels, panel, (nint)width * panel, scores, scoreStride, rows, columns, width);
                    SoftmaxBlock.Exponentials<S, TVector>(scores, scoreStride, rows, visible - rows + 1, columns, largest, inverseSums);
                    nint firstRow = ((((nint)b * shape.Heads) + h) * shape.Queries) + i;
                    for (int r = 0; r < rows && a.RowStatistics != null; r++)
                        (a.RowStatistics[2 * (firstRow + r)], a.RowStatistics[(2 * (firstRow + r)) + 1]) = (largest[r], inverseSums[r]);
                    if (a.Pattern != null)
                    {
                        float* pattern = a.Pattern + (firstRow * shape.Keys);
                        Pack.Rows<S, TVector>(scores, scoreStride, rows, visible, inverseSums, pattern, shape.Keys);
                        for (int r = 0; r < rows; r++) new Span<float>(pattern + ((nint)r * shape.Keys) + visible, shape.Keys - visible).Clear();
                    }
                    PanelProduct.Multiply<S, TVector>(scores, scoreStride, 1, values, paddedWidth, panel, z, paddedWidth, rows, paddedWidth, visible);
                    Pack.Rows<S, TVector>(z, paddedWidth, rows, width, inverseSums, a.Z + queryOffset, shape.QueryStride);
                }
            }
        }
    }

    internal static int RoundUp(int count, int multiple) => (count + multiple - 1) / multiple * multiple;
}
