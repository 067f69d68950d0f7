using System.Numerics.Tensors;
using Interp.Gemm;

namespace Interp.Circuits;

/// <summary>Counts, in each row of a streamed square product, the entries above the diagonal one, and adds all entries up.</summary>
internal readonly unsafe struct DiagonalRanks(float* diagonal, int* above, double* sums) : IEpilogue
{
    public void Apply(in ProductTile tile)
    {
        for (int i = 0; i < tile.Rows; i++)
        {
            int row = tile.Row + i, count = 0;
            float threshold = diagonal[row];
            ReadOnlySpan<float> values = tile[i];
            int own = row - tile.Column;
            foreach (float value in values)
                if (value > threshold) count++;
            // The tile's own diagonal entry may differ from the one computed apart in its last bit.
            if ((uint)own < (uint)values.Length && values[own] > threshold) count--;
            above[row] += count;
            sums[row] += TensorPrimitives.Sum(values);
        }
    }
}
