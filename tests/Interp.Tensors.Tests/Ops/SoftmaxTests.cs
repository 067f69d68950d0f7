namespace Interp.Tensors.Tests.Ops;

public class SoftmaxTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 3, 2 }, { 2, 15 }, { 3, 16 }, { 4, 33 }, { 1, 100 }, { 300, 5 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_and_its_gradient_match_double_arithmetic(int rows, int columns) =>
        GradientCheck.Matches(
            x => Interp.Ops.Softmax(x[0]), x => AttentionReference.Softmax(x[0], columns), 1e-6, 1e-6, Tensor.Normal(new Rng(1), 2, rows, columns));

    [Theory, MemberData(nameof(Shapes))]
    public void LogSoftmax_and_its_gradient_match_double_arithmetic(int rows, int columns) =>
        GradientCheck.Matches(
            x => Interp.Ops.LogSoftmax(x[0]),
            x => [.. AttentionReference.Softmax(x[0], columns).Select(p => Math.Log(p))],
            1e-6, 3e-6, Tensor.Normal(new Rng(1), 2, rows, columns));

    [Fact]
    public void Entries_of_minus_infinity_become_exactly_zero_and_pass_no_gradient()
    {
        const float Masked = float.NegativeInfinity;
        Tensor x = Tensor.From([1, Masked, 1, Masked, Masked, 2], 2, 3);
        x.RequiresGrad = true;
        Tensor y = Interp.Ops.Softmax(x);
        Assert.Equal([0.5f, 0, 0.5f, 0, 0, 1], y.Span.ToArray());
        y.Backward(Tensor.From([1, 5, 3, 7, 8, 9], 2, 3));
        Assert.Equal([-0.5f, 0, 0.5f, 0, 0, 0], x.Grad!.Span.ToArray());

        Tensor log = Interp.Ops.LogSoftmax(x.Detach());
        Assert.Equal(Masked, log.Span[1]);
        Assert.Equal(0, log.Span[5]);
    }

    [Fact]
    public void Huge_scores_neither_overflow_nor_lose_the_logarithm()
    {
        Tensor x = Tensor.From([1e4f, 1e4f, -1e4f], 1, 3);
        Assert.Equal([0.5f, 0.5f, 0], Interp.Ops.Softmax(x).Span.ToArray());
        Assert.Equal([-MathF.Log(2), -MathF.Log(2), -2e4f - MathF.Log(2)], Interp.Ops.LogSoftmax(x).Span.ToArray());
    }
}
