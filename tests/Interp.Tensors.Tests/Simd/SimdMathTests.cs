using Interp.Simd;

namespace Interp.Tensors.Tests.Simd;

public unsafe class SimdMathTests
{
    public static TheoryData<int> Widths => [128, 256, 512];

    [Theory, MemberData(nameof(Widths))]
    public void Exp_is_within_two_units_in_the_last_place(int bits)
    {
        double worst = 0;
        foreach (float x in Grid(-103, 88.7f, 400_000))
        {
            double expected = Math.Exp(x);
            double unit = Math.Max(MathF.BitIncrement((float)expected) - (float)expected, float.Epsilon);
            worst = Math.Max(worst, Math.Abs(Evaluate(Function.Exp, x, bits) - expected) / unit);
        }
        Assert.True(worst <= 2, $"{worst} units");
        Assert.True(worst > 0.4, "a float result cannot be this exact: the comparison is broken");
    }

    [Theory, MemberData(nameof(Widths))]
    public void Exp_is_exact_at_its_limits(int bits)
    {
        Assert.Equal(0f, Evaluate(Function.Exp, float.NegativeInfinity, bits));
        Assert.Equal(0f, Evaluate(Function.Exp, -1e30f, bits));
        Assert.Equal(1f, Evaluate(Function.Exp, 0f, bits));
        Assert.Equal(float.PositiveInfinity, Evaluate(Function.Exp, 88.8f, bits));
        Assert.Equal(float.PositiveInfinity, Evaluate(Function.Exp, float.PositiveInfinity, bits));
        Assert.True(float.IsNaN(Evaluate(Function.Exp, float.NaN, bits)));
    }

    [Theory, MemberData(nameof(Widths))]
    public void Sigmoid_matches_double_arithmetic(int bits)
    {
        foreach (float x in Grid(-80, 80, 100_000))
        {
            double expected = 1 / (1 + Math.Exp(-x));
            Assert.Equal(1, Evaluate(Function.Sigmoid, x, bits) / expected, 4e-7);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Normal_distribution_matches_an_integral_of_its_density(int bits)
    {
        // Simpson's rule in double from −14, where the distribution is 0 to double precision; the step error is below 1e-12.
        const double Step = 1.0 / 256;
        double integral = 0;
        for (double x = -14; x < 8; x += Step)
        {
            Assert.Equal(integral, Evaluate(Function.Normal, (float)x, bits), 2e-7);
            if (x is > -5 and < 0) Assert.Equal(1, Evaluate(Function.Normal, (float)x, bits) / integral, 2e-6);
            Assert.Equal(Density(x), Evaluate(Function.Density, (float)x, bits), 1e-7);
            integral += Step / 6 * (Density(x) + (4 * Density(x + (Step / 2))) + Density(x + Step));
        }
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    private static IEnumerable<float> Grid(float from, float to, int count) =>
        Enumerable.Range(0, count).Select(i => (float)(from + ((to - from) * (i + 0.37) / count)));

    private enum Function { Exp, Sigmoid, Normal, Density }

    private static float Evaluate(Function function, float x, int bits)
    {
        var kernel = new OneValue { Function = function, Value = x };
        SimdWidth.Run(ref kernel, bits);
        return kernel.Value;
    }

    private struct OneValue : ISimdKernel
    {
        public Function Function;
        public float Value;

        public void Run<S, V>()
            where S : struct, ISimd<V>
            where V : struct
        {
            V x = S.Create(Value);
            V density = x;
            V y = Function switch
            {
                Function.Exp => SimdMath.Exp<S, V>(x),
                Function.Sigmoid => SimdMath.Sigmoid<S, V>(x),
                _ => SimdMath.NormalDistribution<S, V>(x, out density),
            };
            float* lanes = stackalloc float[S.Lanes];
            S.Store(Function == Function.Density ? density : y, lanes);
            Value = lanes[S.Lanes - 1];
        }
    }
}
