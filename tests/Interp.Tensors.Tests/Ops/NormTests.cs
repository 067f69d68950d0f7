namespace Interp.Tensors.Tests.Ops;

public class NormTests
{
    private const float Eps = 1e-5f;

    // Values of size 1 to 3 from means over up to 200 elements: a few times 2⁻²⁴ each.
    private const double Tolerance = 5e-6;

    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 3, 5 }, { 2, 16 }, { 4, 64 }, { 3, 200 }, { 140, 9 } };

    [Theory, MemberData(nameof(Shapes))]
    public void LayerNorm_and_its_gradients_match_double_arithmetic(int rows, int width)
    {
        (Tensor x, Tensor weight, Tensor bias) = Inputs(rows, width);
        GradientCheck.Matches(
            t => Interp.Ops.LayerNorm(t[0], t[1], t[2], Eps, out _), t => Norm(t[0], width, centred: true, t[1], t[2]), Tolerance, Tolerance, x, weight, bias);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void LayerNorm_without_gain_and_bias_and_its_gradient_match_double_arithmetic(int rows, int width)
    {
        (Tensor x, _, _) = Inputs(rows, width);
        GradientCheck.Matches(t => Interp.Ops.LayerNorm(t[0], null, null, Eps, out _), t => Norm(t[0], width, centred: true, null, null), Tolerance, Tolerance, x);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void RmsNorm_and_its_gradients_match_double_arithmetic(int rows, int width)
    {
        (Tensor x, Tensor weight, _) = Inputs(rows, width);
        GradientCheck.Matches(
            t => Interp.Ops.RmsNorm(t[0], t[1], Eps, out _), t => Norm(t[0], width, centred: false, t[1], null), Tolerance, Tolerance, x, weight);
        x.ZeroGrad();
        GradientCheck.Matches(t => Interp.Ops.RmsNorm(t[0], null, Eps, out _), t => Norm(t[0], width, centred: false, null, null), Tolerance, Tolerance, x);
    }

    [Fact]
    public void The_scale_is_the_root_by_which_rows_are_divided()
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 6, 6, 6, 6], 2, 4);
        Interp.Ops.LayerNorm(x, null, null, 0.25f, out Tensor scale);
        Assert.Equal([2, 1], scale.Shape.ToArray());
        Assert.Equal(MathF.Sqrt(1.25f + 0.25f), scale.Span[0], 1e-6f);
        Assert.Equal(0.5f, scale.Span[1], 1e-6f);
        Interp.Ops.RmsNorm(x, null, 1.5f, out scale);
        Assert.Equal(3, scale.Span[0], 1e-6f);
        Assert.False(scale.RequiresGrad);
    }

    [Fact]
    public void The_fused_norm_is_the_composition_of_simple_operations()
    {
        // Gradients agree to rounding: both sum the same terms in another order.
        (Tensor x, Tensor weight, Tensor bias) = Inputs(6, 33);
        Tensor upstream = Tensor.Normal(new Rng(1), 1, 6, 33);
        x.RequiresGrad = true;
        Tensor fused = Interp.Ops.LayerNorm(x, weight, bias, Eps, out _);
        fused.Backward(upstream);
        float[] gradient = x.Grad!.Span.ToArray();
        x.ZeroGrad();
        Tensor centred = x - Interp.Ops.Mean(x, -1, keepAxis: true);
        Tensor scale = Interp.Ops.Sqrt(Interp.Ops.Mean(centred * centred, -1, keepAxis: true) + Eps);
        Tensor composed = (centred / scale * weight) + bias;
        composed.Backward(upstream);
        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(composed.Span[i], fused.Span[i], 5e-6f);
            Assert.Equal(x.Grad!.Span[i], gradient[i], 5e-6f);
        }
    }

    [Fact]
    public void A_gain_of_another_width_is_refused() =>
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => Interp.Ops.RmsNorm(Tensor.Zeros(2, 3), Tensor.Zeros(2), Eps, out _)).Message, StringComparison.Ordinal);

    private static (Tensor X, Tensor Weight, Tensor Bias) Inputs(int rows, int width)
    {
        var random = new Rng(31);
        Tensor x = Tensor.Normal(random, 1, rows, width), weight = Tensor.Normal(random, 0.3f, width), bias = Tensor.Normal(random, 1, width);
        foreach (ref float v in x.Span) v += 2;
        foreach (ref float v in weight.Span) v += 1;
        return (x, weight, bias);
    }

    private static double[] Norm(double[] x, int width, bool centred, double[]? weight, double[]? bias) =>
        [.. x.Chunk(width).SelectMany(row =>
        {
            double mean = centred ? row.Average() : 0, scale = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + Eps);
            return row.Select((v, c) => ((v - mean) / scale * (weight?[c] ?? 1)) + (bias?[c] ?? 0));
        })];
}
