namespace Interp.Tensors.Tests.Ops;

public class UnfusedAttentionTests
{
    public static TheoryData<int, int, int, int, int, int> Shapes => CausalAttentionTests.Shapes;

    [Theory, MemberData(nameof(Shapes))]
    public void AttentionScores_are_scaled_products_masked_above_the_diagonal(int b, int q, int k, int h, int kvHeads, int e)
    {
        var random = new Rng(7);
        Tensor queries = Tensor.Normal(random, 1, b, q, h, e), keys = Tensor.Normal(random, 1, b, k, kvHeads, e);
        Tensor scores = Interp.Ops.AttentionScores(queries, keys, 0.3f);
        Assert.Equal([b, h, q, k], scores.Shape);
        double[] expected = AttentionReference.Scores(Doubles(queries), Doubles(keys), b, q, k, h, kvHeads, e, 0.3f);
        GradientCheck.Close(expected, scores.Span, 2e-6, "score");
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Scores_softmax_and_weighted_values_make_causal_attention_and_its_gradients(int b, int q, int k, int h, int kvHeads, int e)
    {
        var random = new Rng(7);
        Tensor[] inputs = [Tensor.Normal(random, 1, b, q, h, e), Tensor.Normal(random, 1, b, k, kvHeads, e), Tensor.Normal(random, 1, b, k, kvHeads, e)];
        float scale = 1 / MathF.Sqrt(e);
        GradientCheck.Matches(
            x => Interp.Ops.WeightedValues(Interp.Ops.Softmax(Interp.Ops.AttentionScores(x[0], x[1], scale)), x[2]),
            x => AttentionReference.WeightedValues(AttentionReference.Pattern(x[0], x[1], b, q, k, h, kvHeads, e, scale), x[2], b, q, k, h, kvHeads, e),
            2e-6, 2e-5, inputs);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void WeightedValues_and_its_gradients_match_double_arithmetic(int b, int q, int k, int h, int kvHeads, int e)
    {
        var random = new Rng(9);
        Tensor pattern = Tensor.Normal(random, 1, b, h, q, k), values = Tensor.Normal(random, 1, b, k, kvHeads, e);
        GradientCheck.Matches(
            x => Interp.Ops.WeightedValues(x[0], x[1]),
            x => AttentionReference.WeightedValues(x[0], x[1], b, q, k, h, kvHeads, e),
            1e-5, 1e-5, pattern, values);
    }

    [Fact]
    public void Gradients_that_reach_masked_scores_go_nowhere()
    {
        Tensor q = Tensor.Full(1, 1, 2, 1, 1), k = Tensor.Full(1, 1, 2, 1, 1);
        q.RequiresGrad = k.RequiresGrad = true;
        // Only entry (0, 1) gets a gradient, and it is masked.
        Interp.Ops.AttentionScores(q, k, 1).Backward(Tensor.From([0, 5, 0, 0], 1, 1, 2, 2));
        Assert.Equal([0f, 0f], q.Grad!.Span.ToArray());
        Assert.Equal([0f, 0f], k.Grad!.Span.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor pattern = Tensor.Zeros(1, 4, 3, 3);
        Assert.Contains("[1, 2, 4, 8]", Assert.Throws<ArgumentException>(() => Interp.Ops.WeightedValues(pattern, Tensor.Zeros(1, 2, 4, 8))).Message);
        Assert.Contains("[1, 4, 3, 3]", Assert.Throws<ArgumentException>(() => Interp.Ops.WeightedValues(pattern, Tensor.Zeros(1, 3, 3, 8))).Message);
    }

    private static double[] Doubles(Tensor x) => [.. x.Span.ToArray().Select(v => (double)v)];
}
