using System.Numerics;
using Interp.Gemm;

namespace Interp.Scores;

/// <summary>Adds up max(x − shift, 0) over each row of a streamed product.</summary>
internal readonly unsafe struct RaiseSums(float* shifts, float* sums) : IEpilogue
{
    public void Apply(in ProductTile tile)
    {
        for (int i = 0; i < tile.Rows; i++)
        {
            int row = tile.Row + i;
            float shift = shifts[row];
            Vector<float> sum = default, shiftVector = new(shift);
            ReadOnlySpan<float> values = tile[i];
            int j = 0;
            for (; j <= values.Length - Vector<float>.Count; j += Vector<float>.Count)
                sum += Vector.Max(new Vector<float>(values[j..]) - shiftVector, default);
            float rest = 0;
            for (; j < values.Length; j++) rest += Math.Max(values[j] - shift, 0);
            sums[row] += Vector.Sum(sum) + rest;
        }
    }
}
