namespace Interp.Tensors.Tests.Ops;

public class ProjectionTests
{
    // Sums of up to 70 products of size 1 in float32: 70^½ · 2⁻²⁴ ≈ 5e-7, some of them chained.
    private const double Tolerance = 5e-6;

    public static TheoryData<int, int, int, Activation, bool, bool> Linears
    {
        get
        {
            var data = new TheoryData<int, int, int, Activation, bool, bool>();
            foreach (Activation activation in Enum.GetValues<Activation>())
                foreach (bool bias in (bool[])[false, true])
                    foreach (bool residual in (bool[])[false, true])
                        data.Add(6, 7, 21, activation, bias, residual);
            data.Add(1, 1, 1, Activation.None, true, true);
            data.Add(4, 64, 32, Activation.Gelu, true, false);
            data.Add(130, 5, 3, Activation.None, true, false);
            return data;
        }
    }

    [Theory, MemberData(nameof(Linears))]
    public void Linear_and_its_gradients_match_double_arithmetic(int rows, int inputs, int outputs, Activation activation, bool bias, bool residual)
    {
        var random = new Rng(21);
        List<Tensor> tensors = [Tensor.Normal(random, 1, 1, rows, inputs), Tensor.Normal(random, 0.5f, inputs, outputs)];
        if (bias) tensors.Add(Tensor.Normal(random, 1, outputs));
        if (residual) tensors.Add(Tensor.Normal(random, 1, 1, rows, outputs));
        GradientCheck.Matches(
            t => Interp.Ops.Linear(t[0], t[1], bias ? t[2] : null, activation, residual ? t[^1] : null),
            t => [.. Reference.Product(t[0], t[1], rows, inputs, outputs)
                .Select((y, i) => Reference.Activate(bias ? y + t[2][i % outputs] : y, activation) + (residual ? t[^1][i] : 0))],
            Tolerance, Tolerance, [.. tensors]);
    }

    [Theory]
    [InlineData(1, 4, 4)]
    [InlineData(3, 8, 5)]
    [InlineData(4, 6, 16)]
    public void HeadLinear_and_its_gradients_match_double_arithmetic(int heads, int model, int width)
    {
        (int b, int p) = (2, 5);
        var random = new Rng(22);
        GradientCheck.Matches(
            t => Interp.Ops.HeadLinear(t[0], t[1], t[2]),
            t =>
            {
                var y = new double[b * p * heads * width];
                for (int r = 0; r < b * p; r++)
                    for (int h = 0; h < heads; h++)
                        for (int e = 0; e < width; e++)
                        {
                            double sum = t[2][(h * width) + e];
                            for (int d = 0; d < model; d++) sum += t[0][(r * model) + d] * t[1][(((h * model) + d) * width) + e];
                            y[(((r * heads) + h) * width) + e] = sum;
                        }
                return y;
            },
            Tolerance, Tolerance, Tensor.Normal(random, 1, b, p, model), Tensor.Normal(random, 0.5f, heads, model, width), Tensor.Normal(random, 1, heads, width));
    }

    [Theory]
    [InlineData(1, 4, 4, false)]
    [InlineData(3, 8, 5, true)]
    [InlineData(4, 16, 6, true)]
    public void HeadOutput_and_its_gradients_match_double_arithmetic(int heads, int width, int model, bool residual)
    {
        (int b, int p) = (2, 5);
        var random = new Rng(23);
        List<Tensor> tensors = [Tensor.Normal(random, 1, b, p, heads, width), Tensor.Normal(random, 0.5f, heads, width, model), Tensor.Normal(random, 1, model)];
        if (residual) tensors.Add(Tensor.Normal(random, 1, b, p, model));
        GradientCheck.Matches(
            t => Interp.Ops.HeadOutput(t[0], t[1], t[2], residual ? t[3] : null),
            t => [.. Reference.Product(t[0], t[1], b * p, heads * width, model).Select((y, i) => y + t[2][i % model] + (residual ? t[3][i] : 0))],
            Tolerance, Tolerance, [.. tensors]);
    }

    [Theory]
    [InlineData(1, 4, 4)]
    [InlineData(3, 8, 5)]
    public void HeadResults_and_their_gradients_match_double_arithmetic(int heads, int width, int model)
    {
        (int b, int p) = (2, 3);
        var random = new Rng(24);
        GradientCheck.Matches(
            t => Interp.Ops.HeadResults(t[0], t[1]),
            t =>
            {
                var y = new double[b * p * heads * model];
                for (int r = 0; r < b * p; r++)
                    for (int h = 0; h < heads; h++)
                        for (int d = 0; d < model; d++)
                            for (int e = 0; e < width; e++)
                                y[(((r * heads) + h) * model) + d] += t[0][(((r * heads) + h) * width) + e] * t[1][(((h * width) + e) * model) + d];
                return y;
            },
            Tolerance, Tolerance, Tensor.Normal(random, 1, b, p, heads, width), Tensor.Normal(random, 0.5f, heads, width, model));
    }

    [Fact]
    public void The_heads_results_sum_to_the_output()
    {
        var random = new Rng(25);
        Tensor z = Tensor.Normal(random, 1, 2, 7, 4, 8), weight = Tensor.Normal(random, 1, 4, 8, 12);
        Tensor sum = Interp.Ops.Sum(Interp.Ops.HeadResults(z, weight), 2), output = Interp.Ops.HeadOutput(z, weight);
        for (int i = 0; i < sum.Length; i++) Assert.Equal(output.Span[i], sum.Span[i], 2e-5f);
    }

    /// <summary>Shapes of a and b before transposing, and which is.</summary>
    public static TheoryData<int[], int[], int[]> MatMuls => new()
    {
        { [], [], [] },
        { [3], [3], [3] },
        { [2, 3], [2, 3], [2, 3] },
        { [2, 3], [], [2, 3] },
        { [], [2, 3], [2, 3] },
        { [2, 3], [3], [2, 3] },
        { [2, 1], [2, 3], [2, 3] },
        { [2, 1], [1, 3], [2, 3] },
    };

    [Theory, MemberData(nameof(MatMuls))]
    public void MatMul_broadcasts_transposes_and_its_gradients_match_double_arithmetic(int[] leadingA, int[] leadingB, int[] leading)
    {
        (int m, int k, int n) = (3, 5, 4);
        foreach (bool transposeA in (bool[])[false, true])
            foreach (bool transposeB in (bool[])[false, true])
            {
                var random = new Rng(26);
                int[] shapeA = transposeA ? [.. leadingA, k, m] : [.. leadingA, m, k], shapeB = transposeB ? [.. leadingB, n, k] : [.. leadingB, k, n];
                double count = leading.Aggregate(1, (x, y) => x * y);
                GradientCheck.Matches(
                    t => Interp.Ops.MatMul(t[0], t[1], transposeA, transposeB),
                    t => MatMul(t[0], leadingA, transposeA, t[1], leadingB, transposeB, leading, m, k, n),
                    Tolerance, Tolerance, Tensor.Normal(random, 1, shapeA), Tensor.Normal(random, 1, shapeB));
            }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor x = Tensor.Zeros(2, 3);
        Assert.Contains("[2, 3], weight [4, 5]", Assert.Throws<ArgumentException>(() => Interp.Ops.Linear(x, Tensor.Zeros(4, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("[d_out] of 5", Assert.Throws<ArgumentException>(() => Interp.Ops.Linear(x, Tensor.Zeros(3, 5), Tensor.Zeros(4))).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 5]", Assert.Throws<ArgumentException>(() => Interp.Ops.Linear(x, Tensor.Zeros(3, 5), residual: x)).Message, StringComparison.Ordinal);
        Assert.Contains("[heads, d_model, d_head]", Assert.Throws<ArgumentException>(() => Interp.Ops.HeadLinear(x, Tensor.Zeros(3, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("[heads, d_head, d_model]", Assert.Throws<ArgumentException>(() => Interp.Ops.HeadResults(x, Tensor.Zeros(3, 5, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3] and [2, 3]", Assert.Throws<ArgumentException>(() => Interp.Ops.MatMul(x, x)).Message, StringComparison.Ordinal);
    }

    private static double[] MatMul(double[] a, int[] leadingA, bool transposeA, double[] b, int[] leadingB, bool transposeB, int[] leading, int m, int k, int n)
    {
        // Which matrix of each operand belongs to each index of the leading axes.
        double[] Numbers(int[] shape) => [.. Enumerable.Range(0, shape.Aggregate(1, (x, y) => x * y)).Select(i => (double)i)];
        double[] zeros = new double[leading.Aggregate(1, (x, y) => x * y)];
        double[] ofA = Reference.Broadcast(Numbers(leadingA), leadingA, zeros, leading, leading, (x, _) => x);
        double[] ofB = Reference.Broadcast(Numbers(leadingB), leadingB, zeros, leading, leading, (x, _) => x);
        return [.. zeros.SelectMany((_, i) =>
        {
            double[] oneA = a[((int)ofA[i] * m * k)..(((int)ofA[i] + 1) * m * k)], oneB = b[((int)ofB[i] * k * n)..(((int)ofB[i] + 1) * k * n)];
            return Reference.Product(transposeA ? Reference.Transposed(oneA, k, m) : oneA, transposeB ? Reference.Transposed(oneB, n, k) : oneB, m, k, n);
        })];
    }
}
