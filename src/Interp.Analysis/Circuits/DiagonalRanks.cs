using System.Numerics;
using Interp.Gemm;

namespace Interp.Circuits;

/// <summary>Counts, in each row of a streamed square product, the entries above the diagonal one, and adds all entries up.</summary>
internal readonly unsafe struct DiagonalRanks(float* diagonal, int* above, double* sums) : IEpilogue
{
    public void Apply(in ProductTile tile)
    {
        AmbientCancellation.ThrowIfRequested();
        for (int i = 0; i < tile.Rows; i++)
        {
            int row = tile.Row + i, own = row - tile.Column;
            float threshold = diagonal[row];
            Vector<float> sum = Vector<float>.Zero, limit = new(threshold);
            Vector<int> greater = Vector<int>.Zero;
            ReadOnlySpan<float> values = tile[i];
            int j = 0;
            for (; j <= values.Length - Vector<float>.Count; j += Vector<float>.Count)
            {
                Vector<float> entries = new(values[j..]);
                sum += entries;
                greater -= Vector.GreaterThan(entries, limit);
            }
            int count = Vector.Sum(greater);
            float rest = 0;
            for (; j < values.Length; j++)
            {
                rest += values[j];
                if (values[j] > threshold) count++;
            }
            // The tile's own diagonal entry may differ from the one computed apart in its last bit.
            if ((uint)own < (uint)values.Length && values[own] > threshold) count--;
            above[row] += count;
            sums[row] += Vector.Sum(sum) + rest;
        }
    }
}
