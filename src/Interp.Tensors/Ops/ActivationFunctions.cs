using Interp.Simd;

namespace Interp;

/// <summary>A nonlinearity and its derivative, on vectors.</summary>
internal interface IActivationFunction
{
    /// <summary>f(x)</summary>
    static abstract V Value<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct;

    /// <summary>f′(x)</summary>
    static abstract V Slope<S, V>(V x)
        where S : struct, ISimd<V>
        where V : struct;
}

/// <inheritdoc cref="Activation.None"/>
internal readonly struct IdentityFunction : IActivationFunction
{
    public static V Value<S, V>(V x) where S : struct, ISimd<V> where V : struct => x;

    public static V Slope<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.Create(1);
}

/// <inheritdoc cref="Activation.Relu"/>
internal readonly struct ReluFunction : IActivationFunction
{
    public static V Value<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.Max(S.Create(0), x);

    /// <summary>0 at 0, as in PyTorch; so it is the same for x and for max(x, 0).</summary>
    public static V Slope<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.SelectLess(S.Create(0), x, S.Create(1), S.Create(0));
}

/// <inheritdoc cref="Activation.Gelu"/>
internal readonly struct GeluFunction : IActivationFunction
{
    public static V Value<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.Multiply(x, SimdMath.NormalDistribution<S, V>(x, out _));

    /// <summary>Φ(x) + x·φ(x)</summary>
    public static V Slope<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        V distribution = SimdMath.NormalDistribution<S, V>(x, out V density);
        return S.MultiplyAdd(x, density, distribution);
    }
}

/// <inheritdoc cref="Activation.GeluTanh"/>
/// <remarks>½(1 + tanh u) = σ(2u), so f(x) = x·σ(2u) with 2u = x(a + c·x²).</remarks>
internal readonly struct GeluTanhFunction : IActivationFunction
{
    // 2·√(2/π), and that times 0.044715.
    private const float A = 1.5957691216f;
    private const float C = 0.0713548163f;

    public static V Value<S, V>(V x) where S : struct, ISimd<V> where V : struct =>
        S.Multiply(x, SimdMath.Sigmoid<S, V>(S.Multiply(x, S.MultiplyAdd(S.Multiply(x, x), S.Create(C), S.Create(A)))));

    /// <summary>s + x·s(1 − s)·(a + 3c·x²), s = σ(2u)</summary>
    public static V Slope<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        V square = S.Multiply(x, x);
        V s = SimdMath.Sigmoid<S, V>(S.Multiply(x, S.MultiplyAdd(square, S.Create(C), S.Create(A))));
        V inner = S.Multiply(x, S.MultiplyAdd(square, S.Create(3 * C), S.Create(A)));
        return S.MultiplyAdd(S.Multiply(s, S.Subtract(S.Create(1), s)), inner, s);
    }
}

/// <inheritdoc cref="Activation.Silu"/>
internal readonly struct SiluFunction : IActivationFunction
{
    public static V Value<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.Multiply(x, SimdMath.Sigmoid<S, V>(x));

    /// <summary>s + x·s(1 − s), s = σ(x)</summary>
    public static V Slope<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        V s = SimdMath.Sigmoid<S, V>(x);
        return S.MultiplyAdd(S.Multiply(s, S.Subtract(S.Create(1), s)), x, s);
    }
}
