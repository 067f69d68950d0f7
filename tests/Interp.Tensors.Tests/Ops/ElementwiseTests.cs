namespace Interp.Tensors.Tests.Ops;

public class ElementwiseTests
{
    /// <summary>Shape of a, shape of b, their common shape: same, scalars, inner, outer, middle and mutual repetition, missing axes.</summary>
    public static TheoryData<int[], int[], int[]> Broadcasts => new()
    {
        { [5], [5], [5] },
        { [3, 37], [3, 37], [3, 37] },
        { [], [], [] },
        { [3, 4], [], [3, 4] },
        { [], [2, 3], [2, 3] },
        { [1, 1, 1], [7], [1, 1, 7] },
        { [2, 3, 4], [4], [2, 3, 4] },
        { [2, 3, 4], [3, 4], [2, 3, 4] },
        { [2, 3, 4], [3, 1], [2, 3, 4] },
        { [2, 3, 4], [2, 1, 4], [2, 3, 4] },
        { [2, 3, 4], [2, 1, 1], [2, 3, 4] },
        { [4], [2, 3, 4], [2, 3, 4] },
        { [5, 1], [1, 6], [5, 6] },
        { [2, 1, 3, 1], [4, 1, 5], [2, 4, 3, 5] },
        { [300, 20], [20], [300, 20] },
        { [300, 20], [300, 1], [300, 20] },
        { [1, 5000], [3, 1], [3, 5000] },
    };

    /// <summary>Every nonlinearity.</summary>
    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    // One operation in float32: relative error 2⁻²⁴. A gradient sums up to 15,000 terms of size 1: 15,000^½ · 2⁻²⁴ ≈ 1e-5 of its size.
    private const double ValueTolerance = 1e-6;
    private const double GradientTolerance = 2e-5;

    [Theory, MemberData(nameof(Broadcasts))]
    public void Addition_broadcasts_and_its_gradients_match_central_differences(int[] a, int[] b, int[] shape) =>
        Check(Interp.Ops.Add, (x, y) => x + y, a, b, shape);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Subtraction_broadcasts_and_its_gradients_match_central_differences(int[] a, int[] b, int[] shape) =>
        Check(Interp.Ops.Subtract, (x, y) => x - y, a, b, shape);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Multiplication_broadcasts_and_its_gradients_match_central_differences(int[] a, int[] b, int[] shape) =>
        Check(Interp.Ops.Multiply, (x, y) => x * y, a, b, shape);

    [Theory, MemberData(nameof(Broadcasts))]
    public void Division_broadcasts_and_its_gradients_match_central_differences(int[] a, int[] b, int[] shape) =>
        Check(Interp.Ops.Divide, (x, y) => x / y, a, b, shape);

    [Fact]
    public void Operators_are_the_operations()
    {
        Tensor a = Tensor.From([1, 2, 3], 3), b = Tensor.From([4, 5, 8], 3);
        Assert.Equal([5f, 7f, 11f], (a + b).Span.ToArray());
        Assert.Equal([-3f, -3f, -5f], (a - b).Span.ToArray());
        Assert.Equal([4f, 10f, 24f], (a * b).Span.ToArray());
        Assert.Equal([0.25f, 0.4f, 0.375f], (a / b).Span.ToArray());
        Assert.Equal([3f, 4f, 5f], (a + 2).Span.ToArray());
        Assert.Equal([-1f, 0f, 1f], (a - 2).Span.ToArray());
        Assert.Equal([2f, 4f, 6f], (2 * a).Span.ToArray());
        Assert.Equal([0.5f, 1f, 1.5f], (a / 2).Span.ToArray());
        Assert.Equal([-1f, -2f, -3f], (-a).Span.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 3) + Tensor.Zeros(2, 4));
        Assert.Contains("[2, 3] and [2, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("axis -1 is 3 and 4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(83)]
    public void Unary_operations_and_their_gradients_match_double_arithmetic(int length)
    {
        // Exp and Log are within 2 ulp; values up to e⁴ come out relative to 1 + |value|.
        Check(Interp.Ops.Exp, Math.Exp, length);
        Check(Interp.Ops.Log, Math.Log, length);
        Check(Interp.Ops.Sqrt, Math.Sqrt, length);
        Check(x => Interp.Ops.Scale(x, -2.5f), x => -2.5 * x, length);
    }

    [Theory, MemberData(nameof(Activations))]
    public void Activations_and_their_gradients_match_double_arithmetic(Activation activation)
    {
        // Sums of a few terms of size 1 in float32, Φ to 2e-7.
        Tensor x = Tensor.Normal(new Rng(7), 3, 5, 23);
        GradientCheck.Matches(
            t => Interp.Ops.Apply(t[0], activation), t => [.. t[0].Select(v => Reference.Activate(v, activation))], 1e-6, 1e-6, x);
    }

    [Theory, MemberData(nameof(Activations))]
    public void Activations_hold_at_extreme_inputs(Activation activation)
    {
        Tensor x = Tensor.From([-1e4f, -100, -30, 0, 30, 100, 1e4f], 7);
        Tensor y = Interp.Ops.Apply(x, activation);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(activation == Activation.None ? x.Span[i] : Math.Max(0, x.Span[i]), y.Span[i], 1e-6f);
    }

    private static void Check(Func<Tensor, Tensor, Tensor> operation, Func<double, double, double> f, int[] a, int[] b, int[] shape)
    {
        var random = new Rng(11);
        Tensor x = Tensor.Normal(random, 1, a), y = Tensor.Normal(random, 0.2f, b);
        // Away from zero, for division.
        foreach (ref float v in y.Span) v += v < 0 ? -1 : 1;
        Assert.Equal(shape, operation(x, y).Shape.ToArray());
        GradientCheck.Matches(
            t => operation(t[0], t[1]), t => Reference.Broadcast(t[0], a, t[1], b, shape, f), ValueTolerance, GradientTolerance, x, y);
    }

    private static void Check(Func<Tensor, Tensor> operation, Func<double, double> f, int length)
    {
        Tensor x = Tensor.Normal(new Rng(5), 1, length);
        foreach (ref float v in x.Span) v = MathF.Abs(v) + 0.1f;
        GradientCheck.Matches(t => operation(t[0]), t => [.. t[0].Select(f)], ValueTolerance, ValueTolerance, x);
    }
}
