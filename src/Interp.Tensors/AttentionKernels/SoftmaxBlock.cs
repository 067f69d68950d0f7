using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.AttentionKernels;

/// <summary>Softmax and its gradient on a block of neighbouring queries' scores in scratch memory, rows padded to whole vectors.</summary>
/// <remarks>Row r has <c>visible + r</c> keys; what stands beyond them is ignored and becomes exactly 0. Each step runs over all rows before the next, so that no row waits for another's reduction.</remarks>
internal static unsafe class SoftmaxBlock
{
    /// <summary>Replaces the scores with exp(score − largest of the row).</summary>
    /// <param name="scores">[rows, padded], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="visible">The first row's number of keys.</param>
    /// <param name="padded">A multiple of the lanes, at least visible + rows − 1.</param>
    /// <param name="largest">Receives each row's largest score.</param>
    /// <param name="inverseSums">Receives each row's 1 / Σ exp(score − largest).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials<S, V>(float* scores, int stride, int rows, int visible, int padded, float* largest, float* inverseSums)
        where S : struct, ISimd<V>
        where V : struct
    {
        V lowest = S.Create(float.NegativeInfinity), zero = S.Create(0f);
        V lane = S.LaneNumbers;
        for (int r = 0; r < rows; r++)
        {
            float* row = scores + (r * stride);
            int whole = (visible + r) / S.Lanes * S.Lanes;
            V max = whole < padded ? S.SelectLess(lane, S.Create((float)(visible + r - whole)), S.Load(row + whole), lowest) : lowest;
            for (int j = 0; j < whole; j += S.Lanes) max = S.Max(max, S.Load(row + j));
            largest[r] = S.MaxLane(max);
        }
        for (int r = 0; r < rows; r++)
        {
            float* row = scores + (r * stride);
            int whole = (visible + r) / S.Lanes * S.Lanes;
            V shift = S.Create(largest[r]), sum = zero;
            for (int j = 0; j < whole; j += S.Lanes)
            {
                V e = SimdMath.Exp<S, V>(S.Subtract(S.Load(row + j), shift));
                S.Store(e, row + j);
                sum = S.Add(sum, e);
            }
            if (whole < padded)
            {
                V e = SimdMath.Exp<S, V>(S.Subtract(S.Load(row + whole), shift));
                e = S.SelectLess(lane, S.Create((float)(visible + r - whole)), e, zero);
                S.Store(e, row + whole);
                sum = S.Add(sum, e);
                for (int j = whole + S.Lanes; j < padded; j += S.Lanes) S.Store(zero, row + j);
            }
            inverseSums[r] = 1 / S.Sum(sum);
        }
    }

    /// <summary>Replaces the scores with the pattern P = exp(score − largest)·inverseSum, and dP with dS = P∘(dP − mean).</summary>
    /// <param name="scores">As for <see cref="Exponentials"/>.</param>
    /// <param name="gradients">dP, of the scores' layout.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="visible">The first row's number of keys.</param>
    /// <param name="padded">A multiple of the lanes, at least visible + rows − 1.</param>
    /// <param name="statistics">Each row's largest score and inverse sum, in turn.</param>
    /// <param name="means">Each row's Σ P∘dP.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradients<S, V>(float* scores, float* gradients, int stride, int rows, int visible, int padded, float* statistics, float* means)
        where S : struct, ISimd<V>
        where V : struct
    {
        V zero = S.Create(0f), lane = S.LaneNumbers;
        for (int r = 0; r < rows; r++)
        {
            float* row = scores + (r * stride), gradient = gradients + (r * stride);
            int whole = (visible + r) / S.Lanes * S.Lanes;
            V largest = S.Create(statistics[2 * r]), inverseSum = S.Create(statistics[(2 * r) + 1]), mean = S.Create(means[r]);
            for (int j = 0; j < whole; j += S.Lanes)
            {
                V p = S.Multiply(SimdMath.Exp<S, V>(S.Subtract(S.Load(row + j), largest)), inverseSum);
                S.Store(p, row + j);
                S.Store(S.Multiply(p, S.Subtract(S.Load(gradient + j), mean)), gradient + j);
            }
            if (whole < padded)
            {
                V count = S.Create((float)(visible + r - whole));
                V p = S.Multiply(SimdMath.Exp<S, V>(S.Subtract(S.Load(row + whole), largest)), inverseSum);
                V d = S.Multiply(p, S.Subtract(S.Load(gradient + whole), mean));
                S.Store(S.SelectLess(lane, count, p, zero), row + whole);
                S.Store(S.SelectLess(lane, count, d, zero), gradient + whole);
                for (int j = whole + S.Lanes; j < padded; j += S.Lanes)
                {
                    S.Store(zero, row + j);
                    S.Store(zero, gradient + j);
                }
            }
        }
    }
}
