using Interp.Simd;
using IEpilogue = Interp.Gemm.IEpilogue;
using ProductTile = Interp.Gemm.ProductTile;

namespace Interp.RowKernels;

/// <summary>Turns streamed tiles of logits into each row's largest logit and sum of exponentials, rescaling the sum whenever a larger logit comes.</summary>
internal readonly unsafe struct StreamedCrossEntropy(float* bias, int* targets, float* state, float* targetLogits) : IEpilogue
{
    /// <summary>Sets the state [rows, 2] of every row to "nothing seen".</summary>
    public static void Begin(float* state, int rows)
    {
        for (int r = 0; r < rows; r++) (state[2 * r], state[(2 * r) + 1]) = (float.NegativeInfinity, 0);
    }

    /// <inheritdoc/>
    public void Apply(in ProductTile tile)
    {
        var kernel = new TileKernel(tile, bias == null ? null : bias + tile.Column, targets, state, targetLogits);
        SimdWidth.Run(ref kernel);
    }

    private readonly struct TileKernel(ProductTile tile, float* bias, int* targets, float* state, float* targetLogits) : ISimdKernel
    {
        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int i = 0; i < tile.Rows; i++)
            {
                int r = tile.Row + i, target = targets[r] - tile.Column;
                if (targets[r] < 0) continue;
                float* logits = tile.Origin + (i * tile.Stride);
                if ((uint)target < (uint)tile.Columns) targetLogits[r] = logits[target] + (bias == null ? 0 : bias[target]);
                float before = state[2 * r], largest = Math.Max(before, LogSumExp.Largest<S, V>(logits, bias, tile.Columns));
                if (float.IsNegativeInfinity(largest)) continue;
                float sum = LogSumExp.Sum<S, V>(logits, bias, tile.Columns, largest, null);
                state[2 * r] = largest;
                state[(2 * r) + 1] = (state[(2 * r) + 1] * MathF.Exp(before - largest)) + sum;
            }
        }
    }
}
