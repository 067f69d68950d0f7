using Interp.Simd;

namespace Interp.AttentionKernels;

/// <summary>The parts of a softmax over one row in scratch memory, padded to whole vectors.</summary>
internal static unsafe class SoftmaxRow
{
    /// <summary>Replaces the first <paramref name="count"/> scores with exp(score − largest) and the rest, up to <paramref name="padded"/>, with 0.</summary>
    /// <returns>1 / Σ exp(score − largest).</returns>
    public static float Exponentials<S, V>(float* row, int count, int padded, out float largest)
        where S : struct, ISimd<V>
        where V : struct
    {
        Mask(row, count, padded);
        V max = S.Load(row);
        for (int i = S.Lanes; i < padded; i += S.Lanes) max = S.Max(max, S.Load(row + i));
        largest = S.MaxLane(max);
        V shift = S.Create(largest), sum = S.Create(0f);
        for (int i = 0; i < padded; i += S.Lanes)
        {
            V e = SimdMath.Exp<S, V>(S.Subtract(S.Load(row + i), shift));
            S.Store(e, row + i);
            sum = S.Add(sum, e);
        }
        return 1 / S.Sum(sum);
    }

    /// <summary>Sets the entries from <paramref name="count"/> to <paramref name="padded"/> to −∞, whose exponential is exactly 0.</summary>
    public static void Mask(float* row, int count, int padded) => new Span<float>(row + count, padded - count).Fill(float.NegativeInfinity);
}
