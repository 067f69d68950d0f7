using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.AttentionKernels;

/// <summary>The gradients of <see cref="AttentionForward"/>, from recomputed scores.</summary>
/// <remarks>
/// With P the pattern of a block of queries: dP = dz·vᵀ; dS = P∘(dP − D), D_i = dz_i·z_i; dq = scale·dS·k; dk = scale·dSᵀ·q; dv = Pᵀ·dz.
/// P is recomputed with the forward's own largest scores and sums, so that it has the forward's bits. One (batch, key-value head)
/// pair is one thread's: its query blocks add to dk and dv in order.
/// </remarks>
internal unsafe struct AttentionBackward : ISimdKernel
{
    private const int BlockRows = AttentionForward.BlockRows;

    public required AttentionShape Shape;
    public required float Scale;

    /// <summary>The forward's inputs, result and row statistics, and the gradient of its result.</summary>
    public required float* Q, K, V, Z, RowStatistics, GradientZ;

    /// <summary>Receive the gradients; null where one is not wanted.</summary>
    public required float* GradientQ, GradientK, GradientV;

    public readonly void Run<S, TVector>()
        where S : struct, ISimd<TVector>
        where TVector : struct =>
        Parallelism.For(Shape.Queries == 0 ? 0 : Shape.Batch * Shape.KeyValueHeads, new Pair<S, TVector>(this));

    private readonly struct Pair<S, TVector>(AttentionBackward a) : IParallelBody
        where S : struct, ISimd<TVector>
        where TVector : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int index)
        {
            AttentionShape shape = a.Shape;
            (int b, int kvHead) = Math.DivRem(index, shape.KeyValueHeads);
            int width = shape.Width, keys = shape.Keys, panel = 2 * S.Lanes;
            int paddedKeys = AttentionForward.RoundUp(keys, panel), paddedWidth = AttentionForward.RoundUp(width, S.Lanes);
            int scoreStride = paddedKeys + S.Lanes;

            nint panels = (nint)paddedKeys * width, keyRows = (nint)paddedKeys * paddedWidth, block = (nint)BlockRows * paddedWidth;
            var scratch = ThreadScratch.Begin((2 * panels) + (3 * keyRows) + (2 * BlockRows * (nint)scoreStride) + (3 * block), 10);
            float* means = stackalloc float[BlockRows];
            float* keyPanels = scratch.Take(panels), valuePanels = scratch.Take(panels);
            float* packedKeys = scratch.Take(keyRows), dk = scratch.Take(keyRows), dv = scratch.Take(keyRows);
            float* pattern = scratch.Take((nint)BlockRows * scoreStride), dScores = scratch.Take((nint)BlockRows * scoreStride);
            float* queries = scratch.Take(block), dz = scratch.Take(block), dq = scratch.Take(block);

            nint keyOffset = shape.KeyOffset(b, kvHead);
            Pack.Transposed(a.K + keyOffset, shape.KeyStride, keys, width, keyPanels, panel);
            Pack.Transposed(a.V + keyOffset, shape.KeyStride, keys, width, valuePanels, panel);
            if (a.GradientQ != null) Pack.Rows<S, TVector>(a.K + keyOffset, shape.KeyStride, keys, width, 1, packedKeys, paddedWidth, paddedWidth);
            new Span<float>(dk, (int)keyRows).Clear();
            new Span<float>(dv, (int)keyRows).Clear();

            for (int h = kvHead * shape.Group; h < (kvHead + 1) * shape.Group; h++)
            {
                for (int i = 0; i < shape.Queries; i += BlockRows)
                {
                    int rows = Math.Min(BlockRows, shape.Queries - i);
                    int visible = i + rows + shape.Past, columns = AttentionForward.RoundUp(visible, S.Lanes);
                    nint queryOffset = shape.QueryOffset(b, h) + (i * shape.QueryStride);
                    nint firstRow = ((((nint)b * shape.Heads) + h) * shape.Queries) + i;
                    Pack.Rows<S, TVector>(a.Q + queryOffset, shape.QueryStride, rows, width, a.Scale, queries, paddedWidth, paddedWidth);
                    Pack.Rows<S, TVector>(a.GradientZ + queryOffset, shape.QueryStride, rows, width, 1, dz, paddedWidth, paddedWidth);
                    PanelProduct.Multiply<S, TVector>(
                        queries, paddedWidth, 1, keyPanels, panel, (nint)width * panel, pattern, scoreStride, rows, columns, width);
                    PanelProduct.Multiply<S, TVector>(
                        dz, paddedWidth, 1, valuePanels, panel, (nint)width * panel, dScores, scoreStride, rows, columns, width);
                    for (int r = 0; r < rows; r++) means[r] = Dot(dz + (r * paddedWidth), a.Z + queryOffset + (r * shape.QueryStride), width);
                    SoftmaxBlock.Gradients<S, TVector>(
                        pattern, dScores, scoreStride, rows, visible - rows + 1, columns, a.RowStatistics + (2 * firstRow), means);
                    if (a.GradientV != null)
                    {
                        PanelProduct.Multiply<S, TVector>(
                            pattern, 1, scoreStride, dz, paddedWidth, panel, dv, paddedWidth, visible, paddedWidth, rows, accumulate: true);
                    }
                    if (a.GradientK != null)
                    {
                        PanelProduct.Multiply<S, TVector>(
                            dScores, 1, scoreStride, queries, paddedWidth, panel, dk, paddedWidth, visible, paddedWidth, rows, accumulate: true);
                    }
                    if (a.GradientQ != null)
                    {
                        PanelProduct.Multiply<S, TVector>(
                            dScores, scoreStride, 1, packedKeys, paddedWidth, panel, dq, paddedWidth, rows, paddedWidth, visible);
                        Pack.Rows<S, TVector>(dq, paddedWidth, rows, width, a.Scale, a.GradientQ + queryOffset, shape.QueryStride, width);
                    }
                }
            }
            if (a.GradientK != null) Pack.Rows<S, TVector>(dk, paddedWidth, keys, width, 1, a.GradientK + keyOffset, shape.KeyStride, width);
            if (a.GradientV != null) Pack.Rows<S, TVector>(dv, paddedWidth, keys, width, 1, a.GradientV + keyOffset, shape.KeyStride, width);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Dot(float* x, float* y, int count)
        {
            TVector sum = S.Create(0f);
            for (int j = 0; j < count; j += S.Lanes)
                sum = S.MultiplyAdd(RowVector.Load<S, TVector>(x, j, count, 0), RowVector.Load<S, TVector>(y, j, count, 0), sum);
            return S.Sum(sum);
        }
    }
}
