using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.RowKernels;

/// <summary>Passes over one row of logits that softmax and cross-entropy are made of.</summary>
internal static unsafe class LogSumExp
{
    /// <summary>The largest x_j (+ bias_j where there is a bias).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest<S, V>(float* x, float* bias, int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        V a = S.Create(float.NegativeInfinity), b = a, c = a, d = a;
        int j = 0;
        for (; j <= count - (4 * S.Lanes); j += 4 * S.Lanes)
        {
            a = S.Max(a, Biased<S, V>(x, bias, j));
            b = S.Max(b, Biased<S, V>(x, bias, j + S.Lanes));
            c = S.Max(c, Biased<S, V>(x, bias, j + (2 * S.Lanes)));
            d = S.Max(d, Biased<S, V>(x, bias, j + (3 * S.Lanes)));
        }
        for (; j < count; j += S.Lanes) a = S.Max(a, Biased<S, V>(x, bias, j, count, float.NegativeInfinity));
        return S.MaxLane(S.Max(S.Max(a, b), S.Max(c, d)));
    }

    /// <summary>Σ exp(x_j + bias_j − shift); the terms are stored in <paramref name="exponentials"/> (which may be x) unless it is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum<S, V>(float* x, float* bias, int count, float shift, float* exponentials)
        where S : struct, ISimd<V>
        where V : struct
    {
        V s = S.Create(shift), a = S.Create(0f), b = a;
        int j = 0;
        for (; j <= count - (2 * S.Lanes); j += 2 * S.Lanes)
        {
            V e = SimdMath.Exp<S, V>(S.Subtract(Biased<S, V>(x, bias, j), s));
            V f = SimdMath.Exp<S, V>(S.Subtract(Biased<S, V>(x, bias, j + S.Lanes), s));
            if (exponentials != null)
            {
                S.Store(e, exponentials + j);
                S.Store(f, exponentials + j + S.Lanes);
            }
            a = S.Add(a, e);
            b = S.Add(b, f);
        }
        for (; j < count; j += S.Lanes)
        {
            V e = SimdMath.Exp<S, V>(S.Subtract(Biased<S, V>(x, bias, j, count, float.NegativeInfinity), s));
            if (exponentials != null) RowVector.Store<S, V>(e, exponentials, j, count);
            a = S.Add(a, e);
        }
        return S.Sum(S.Add(a, b));
    }

    /// <summary>−log softmax at the target: log Σ exp − logit.</summary>
    public static float Loss(float largest, float sum, float targetLogit) => largest - targetLogit + MathF.Log(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Biased<S, V>(float* x, float* bias, int j)
        where S : struct, ISimd<V>
        where V : struct => bias == null ? S.Load(x + j) : S.Add(S.Load(x + j), S.Load(bias + j));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Biased<S, V>(float* x, float* bias, int j, int count, float fill)
        where S : struct, ISimd<V>
        where V : struct
    {
        V value = RowVector.Load<S, V>(x, j, count, fill);
        return bias == null ? value : S.Add(value, RowVector.Load<S, V>(bias, j, count, 0));
    }
}
