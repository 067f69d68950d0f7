using System.Runtime.CompilerServices;

namespace Interp.Simd;

/// <summary>Elementary functions of float vectors, to be fused into kernels.</summary>
/// <remarks>The polynomials are minimax fits made for this file; the stated errors are measured by the tests.</remarks>
internal static class SimdMath
{
    // ln 2 in two parts: the first has few enough bits that n·Ln2High is exact for |n| < 2¹⁵ (Cody and Waite).
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float Log2E = 1.44269504f;

    /// <summary>eˣ to within 1 ulp (2 near and below the smallest normal number): 0 at −∞, ∞ from 88.73 on, not a number where x is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Beyond these bounds the result rounds to 0 or ∞. The argument comes second, so that NaN passes through.
        x = S.Min(S.Create(89f), S.Max(S.Create(-104f), x));
        // eˣ = 2ⁿ·eʳ with |r| ≤ ln(2)/2; eʳ = 1 + r + r²·q(r).
        V n = S.Round(S.Multiply(x, S.Create(Log2E)));
        V r = S.MultiplyAdd(n, S.Create(-Ln2High), x);
        r = S.MultiplyAdd(n, S.Create(-Ln2Low), r);
        V q = S.MultiplyAdd(S.Create(0.0013814539f), r, S.Create(0.0083687454f));
        q = S.MultiplyAdd(q, r, S.Create(0.041668389f));
        q = S.MultiplyAdd(q, r, S.Create(0.16666521f));
        q = S.MultiplyAdd(q, r, S.Create(0.49999994f));
        V p = S.MultiplyAdd(q, S.Multiply(r, r), r);
        return S.ScaleByPowerOfTwo(S.Add(p, S.Create(1f)), n);
    }

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ) to within 3 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct
    {
        V one = S.Create(1f);
        return S.Divide(one, S.Add(one, Exp<S, V>(S.Subtract(S.Create(0f), x))));
    }

    /// <summary>The standard normal distribution Φ(x) to within 2·10⁻⁷, and its density φ(x) = e^(−x²/2)/√(2π).</summary>
    /// <remarks>Φ(−|x|) = ½ erfc(z), z = |x|/√2, with erfc(z) = t·P(t)·e^(−z²), t = 1/(1 + z/2); the small side keeps its relative accuracy.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V NormalDistribution<S, V>(V x, out V density)
        where S : struct, ISimd<V>
        where V : struct
    {
        V one = S.Create(1f);
        V magnitude = S.Abs(x);
        V gauss = Exp<S, V>(S.Multiply(S.Multiply(x, x), S.Create(-0.5f)));
        density = S.Multiply(gauss, S.Create(0.3989422804f));
        // z/2 = |x|·(1/√8)
        V t = S.Divide(one, S.MultiplyAdd(magnitude, S.Create(0.3535533906f), one));
        V p = S.MultiplyAdd(S.Create(-0.059068967f), t, S.Create(0.28457499f));
        p = S.MultiplyAdd(p, t, S.Create(-0.48719996f));
        p = S.MultiplyAdd(p, t, S.Create(0.2780672f));
        p = S.MultiplyAdd(p, t, S.Create(-0.026625697f));
        p = S.MultiplyAdd(p, t, S.Create(0.20268688f));
        p = S.MultiplyAdd(p, t, S.Create(0.24310376f));
        p = S.MultiplyAdd(p, t, S.Create(0.28237531f));
        p = S.MultiplyAdd(p, t, S.Create(0.28208643f));
        V tail = S.Multiply(S.Multiply(S.Multiply(p, t), S.Create(0.5f)), gauss);
        return S.SelectLess(x, S.Create(0f), tail, S.Subtract(one, tail));
    }
}
