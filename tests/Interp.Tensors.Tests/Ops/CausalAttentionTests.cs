namespace Interp.Tensors.Tests.Ops;

public class CausalAttentionTests
{
    /// <summary>batch, queries, keys, heads, kv heads, width</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1, 1, 1 },
        { 1, 1, 7, 2, 2, 4 },
        { 2, 5, 5, 3, 3, 8 },
        { 1, 17, 17, 2, 1, 16 },
        { 2, 3, 9, 4, 2, 5 },
        { 1, 33, 40, 2, 2, 20 },
        { 1, 70, 70, 1, 1, 32 },
        { 3, 19, 19, 6, 6, 7 },
        { 1, 6, 131, 2, 2, 64 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void CausalAttention_and_its_gradients_match_double_arithmetic(int b, int q, int k, int h, int kvHeads, int e)
    {
        (Tensor queries, Tensor keys, Tensor values) = Inputs(b, q, k, h, kvHeads, e);
        float scale = 1 / MathF.Sqrt(e);
        GradientCheck.Matches(
            x => Interp.Ops.CausalAttention(x[0], x[1], x[2], scale),
            x => AttentionReference.WeightedValues(AttentionReference.Pattern(x[0], x[1], b, q, k, h, kvHeads, e, scale), x[2], b, q, k, h, kvHeads, e),
            2e-6, 2e-5, queries, keys, values);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_pattern_is_the_softmax_and_changes_neither_z_nor_gradients(int b, int q, int k, int h, int kvHeads, int e)
    {
        (Tensor queries, Tensor keys, Tensor values) = Inputs(b, q, k, h, kvHeads, e);
        queries.RequiresGrad = true;
        Tensor z = Interp.Ops.CausalAttention(queries, keys, values, 0.3f);
        Tensor weights = Tensor.Normal(new Rng(3), 1, z.Shape);
        z.Backward(weights);
        float[] gradient = queries.Grad!.Span.ToArray();
        queries.ZeroGrad();

        Tensor zAgain = Interp.Ops.CausalAttention(queries, keys, values, 0.3f, out Tensor pattern);
        zAgain.Backward(weights);
        Assert.Equal(z.Span, zAgain.Span);
        Assert.Equal(gradient, queries.Grad!.Span.ToArray());
        Assert.False(pattern.RequiresGrad);
        Assert.Equal([b, h, q, k], pattern.Shape);
        double[] expected = AttentionReference.Pattern(Doubles(queries), Doubles(keys), b, q, k, h, kvHeads, e, 0.3f);
        GradientCheck.Close(expected, pattern.Span, 2e-6, "pattern");
        for (int i = 0; i < expected.Length; i++)
            if (i % k > i / k % q + k - q) Assert.Equal(0f, pattern.Span[i]);
    }

    [Fact]
    public void Huge_scores_give_the_hardmax()
    {
        // Scores ±1e4: everything but the largest underflows to exactly 0.
        Tensor q = Tensor.From([100f, 100f, 100f], 1, 3, 1, 1);
        Tensor k = Tensor.From([-100f, 100f, 50f], 1, 3, 1, 1);
        Tensor v = Tensor.From([1f, 2f, 3f], 1, 3, 1, 1);
        v.RequiresGrad = q.RequiresGrad = k.RequiresGrad = true;
        Tensor z = Interp.Ops.CausalAttention(q, k, v, 1, out Tensor pattern);
        Assert.Equal([1f, 2f, 2f], z.Span.ToArray());
        Assert.Equal([1f, 0, 0, 0, 1, 0, 0, 1, 0], pattern.Span.ToArray());
        z.Backward(Tensor.Full(1, 1, 3, 1, 1));
        Assert.Equal([1f, 2f, 0f], v.Grad!.Span.ToArray());
        Assert.Equal([0f, 0f, 0f], q.Grad!.Span.ToArray());
    }

    [Fact]
    public void The_thread_count_changes_no_bit()
    {
        (Tensor q, Tensor k, Tensor v) = Inputs(3, 75, 75, 4, 2, 24);
        int threads = Parallelism.Threads;
        try
        {
            float[]? first = null;
            for (Parallelism.Threads = 1; Parallelism.Threads <= 3; Parallelism.Threads++)
            {
                foreach (Tensor x in (Tensor[])[q, k, v])
                {
                    x.ZeroGrad();
                    x.RequiresGrad = true;
                }
                Tensor z = Interp.Ops.CausalAttention(q, k, v, 0.2f);
                z.Backward(Tensor.Normal(new Rng(8), 1, z.Shape));
                float[] all = [.. z.Span, .. q.Grad!.Span, .. k.Grad!.Span, .. v.Grad!.Span];
                Assert.Equal(first ??= all, all);
            }
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor q = Tensor.Zeros(1, 4, 2, 8), k = Tensor.Zeros(1, 4, 2, 8);
        Assert.Contains("[1, 4, 2, 4]", Assert.Throws<ArgumentException>(() => Interp.Ops.CausalAttention(q, k, Tensor.Zeros(1, 4, 2, 4), 1)).Message);
        Assert.Contains("[1, 3, 2, 8]", Assert.Throws<ArgumentException>(() => Interp.Ops.CausalAttention(q, Tensor.Zeros(1, 3, 2, 8), k, 1)).Message);
        Assert.Contains("[1, 4, 3, 8]", Assert.Throws<ArgumentException>(() => Interp.Ops.CausalAttention(q, Tensor.Zeros(1, 4, 3, 8), k, 1)).Message);
    }

    private static (Tensor Q, Tensor K, Tensor V) Inputs(int b, int q, int k, int h, int kvHeads, int e)
    {
        var random = new Rng(7);
        return (Tensor.Normal(random, 1, b, q, h, e), Tensor.Normal(random, 1, b, k, kvHeads, e), Tensor.Normal(random, 1, b, k, kvHeads, e));
    }

    private static double[] Doubles(Tensor x) => [.. x.Span.ToArray().Select(v => (double)v)];
}
