namespace Interp.Simd;

/// <summary>
/// The operations that kernels need of a float vector, so that one generic body serves every register width:
/// <typeparamref name="V"/> is <c>Vector512&lt;float&gt;</c>, <c>Vector256&lt;float&gt;</c> or <c>Vector128&lt;float&gt;</c>.
/// </summary>
/// <remarks>
/// Implementers are empty structs, so the JIT specialises a kernel for each and inlines every member to one instruction. That needs optimised
/// code: kernels with loops are marked <c>AggressiveOptimization</c>, because their first, unoptimised compilation would be a hundred times slower.
/// </remarks>
internal unsafe interface ISimd<V>
    where V : struct
{
    /// <summary>The number of floats in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>0, 1, 2, …</summary>
    static abstract V LaneNumbers { get; }

    /// <summary>Every lane set to <paramref name="value"/>.</summary>
    static abstract V Create(float value);

    /// <summary>The <see cref="Lanes"/> floats at <paramref name="source"/>, which need not be aligned.</summary>
    static abstract V Load(float* source);

    /// <summary>Writes every lane to <paramref name="destination"/>.</summary>
    static abstract void Store(V value, float* destination);

    /// <summary>a + b</summary>
    static abstract V Add(V a, V b);

    /// <summary>a − b</summary>
    static abstract V Subtract(V a, V b);

    /// <summary>a · b</summary>
    static abstract V Multiply(V a, V b);

    /// <summary>a / b</summary>
    static abstract V Divide(V a, V b);

    /// <summary>a · b + c, rounded once where the processor can.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The larger of both; where <paramref name="b"/> is not a number, <paramref name="b"/>.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The smaller of both; where <paramref name="b"/> is not a number, <paramref name="b"/>.</summary>
    static abstract V Min(V a, V b);

    /// <summary>|a|</summary>
    static abstract V Abs(V a);

    /// <summary><paramref name="whenTrue"/> in the lanes where a &lt; b, else <paramref name="whenFalse"/>.</summary>
    static abstract V SelectLess(V a, V b, V whenTrue, V whenFalse);

    /// <summary>a rounded to the nearest integer, ties to even.</summary>
    static abstract V Round(V a);

    /// <summary>x · 2ⁿ for integer-valued n in [−252, 254], rounded once into the denormal range.</summary>
    static abstract V ScaleByPowerOfTwo(V x, V n);

    /// <summary>The sum of the lanes, in a fixed order.</summary>
    static abstract float Sum(V a);

    /// <summary>The largest lane.</summary>
    static abstract float MaxLane(V a);
}
