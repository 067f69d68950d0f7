namespace Interp.Tensors.Tests.Ops;

public class CrossEntropyTests
{
    /// <summary>rows, width, vocabulary</summary>
    public static TheoryData<int, int, int> Shapes => new() { { 1, 1, 1 }, { 3, 4, 5 }, { 7, 16, 33 }, { 300, 3, 20 }, { 2, 5, 700 } };

    [Theory, MemberData(nameof(Shapes))]
    public void CrossEntropy_and_its_gradient_match_double_arithmetic(int rows, int d, int vocabulary)
    {
        _ = d;
        int[] targets = Targets(rows, vocabulary);
        GradientCheck.Matches(
            x => Interp.Ops.CrossEntropy(x[0], targets), x => Losses(x[0], vocabulary, targets), 1e-6, 1e-6, Tensor.Normal(new Rng(2), 2, rows, vocabulary));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void UnembedCrossEntropy_and_its_gradients_match_double_arithmetic(int rows, int d, int vocabulary)
    {
        int[] targets = Targets(rows, vocabulary);
        GradientCheck.Matches(
            x => Interp.Ops.UnembedCrossEntropy(x[0], x[1], x[2], targets),
            x => Losses(Logits(x, rows, d, vocabulary), vocabulary, targets), 2e-6, 1e-5, Inputs(rows, d, vocabulary));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void UnembedCrossEntropyMean_and_its_gradients_match_double_arithmetic(int rows, int d, int vocabulary)
    {
        int[] targets = Targets(rows, vocabulary);
        GradientCheck.Matches(
            x => Interp.Ops.UnembedCrossEntropyMean(x[0], x[1], x[2], targets),
            x => [Losses(Logits(x, rows, d, vocabulary), vocabulary, targets).Sum() / targets.Count(t => t >= 0)],
            2e-6, 3e-6, Inputs(rows, d, vocabulary));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_mean_is_the_mean_whether_or_not_gradients_are_recorded(int rows, int d, int vocabulary)
    {
        int[] targets = Targets(rows, vocabulary);
        Tensor[] x = Inputs(rows, d, vocabulary);
        float streamed = Interp.Ops.UnembedCrossEntropyMean(x[0], x[1], x[2], targets).Item();
        x[1].RequiresGrad = true;
        // Streamed sums are added in another order.
        Assert.Equal(streamed, Interp.Ops.UnembedCrossEntropyMean(x[0], x[1], x[2], targets).Item(), 3e-6f * (1 + streamed));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_transposed_weight_gives_the_losses_and_gradients_of_its_transpose(int rows, int d, int vocabulary)
    {
        int[] targets = Targets(rows, vocabulary);
        Tensor[] x = Inputs(rows, d, vocabulary);
        foreach (bool mean in new[] { false, true })
        {
            float[][] results = [.. new[] { false, true }.Select(transposed =>
            {
                Tensor input = x[0].Clone(), weight = transposed ? Interp.Ops.Permute(x[1], 1, 0) : x[1].Clone();
                (input.RequiresGrad, weight.RequiresGrad) = (true, true);
                Tensor losses = mean
                    ? Interp.Ops.UnembedCrossEntropyMean(input, weight, x[2], targets, transposed)
                    : Interp.Ops.UnembedCrossEntropy(input, weight, x[2], targets, transposed);
                Interp.Ops.Sum(losses).Backward();
                Tensor dw = transposed ? Interp.Ops.Permute(weight.Grad!, 1, 0) : weight.Grad!;
                return (float[])[.. losses.Span, .. input.Grad!.Span, .. dw.Span];
            })];
            // The products may be summed in another order.
            for (int i = 0; i < results[0].Length; i++) Assert.Equal(results[0][i], results[1][i], 2e-5f * (1 + Math.Abs(results[0][i])));
        }
    }

    [Fact]
    public void Many_chunks_of_rows_give_the_gradients_of_stored_logits()
    {
        const int Rows = 300, Width = 6, Vocabulary = 9000;
        int[] targets = Targets(Rows, Vocabulary);
        float[][] gradients = [.. new Func<Tensor[], Tensor>[]
        {
            x => Interp.Ops.CrossEntropy(Interp.Ops.Linear(x[0], x[1], x[2]), targets),
            x => Interp.Ops.UnembedCrossEntropy(x[0], x[1], x[2], targets),
            x => Interp.Ops.UnembedCrossEntropyMean(x[0], x[1], x[2], targets),
        }.Select(loss =>
        {
            Tensor[] x = Inputs(Rows, Width, Vocabulary);
            foreach (Tensor input in x) input.RequiresGrad = true;
            Tensor result = loss(x);
            result.Backward(Tensor.Full(result.Rank == 0 ? targets.Count(t => t >= 0) : 1, result.Shape));
            return x.SelectMany(input => input.Grad!.Span.ToArray()).ToArray();
        })];
        double[] expected = [.. gradients[0].Select(g => (double)g)];
        GradientCheck.Close(expected, gradients[1], 1e-5, "gradient");
        GradientCheck.Close(expected, gradients[2], 1e-5, "gradient of the mean");
    }

    [Fact]
    public void Rows_with_a_negative_target_have_no_loss_and_no_gradient()
    {
        Tensor logits = Tensor.From([1, 2, 3, 4, 5, 6], 2, 3);
        logits.RequiresGrad = true;
        Tensor losses = Interp.Ops.CrossEntropy(logits, [-1, 2]);
        Assert.Equal(0, losses.Span[0]);
        losses.Backward(Tensor.Full(1, 2));
        Assert.Equal([0f, 0f, 0f], logits.Grad!.Span[..3].ToArray());
        Assert.True(logits.Grad.Span[5] < 0);
        Assert.Contains("All 2 targets", Assert.Throws<ArgumentException>(
            () => Interp.Ops.UnembedCrossEntropyMean(logits, Tensor.Zeros(3, 4), null, [-1, -100])).Message);
    }

    [Fact]
    public void Huge_logits_give_finite_losses()
    {
        Tensor logits = Tensor.From([1e4f, -1e4f, 0], 1, 3);
        Assert.Equal([2e4f], Interp.Ops.CrossEntropy(logits, [1]).Span.ToArray());
        Assert.Equal([0f], Interp.Ops.CrossEntropy(logits, [0]).Span.ToArray());
        Tensor identity = Tensor.From([1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3);
        Assert.Equal([2e4f], Interp.Ops.UnembedCrossEntropy(logits, identity, null, [1]).Span.ToArray());
    }

    [Fact]
    public void The_thread_count_changes_no_bit()
    {
        const int Rows = 700, Width = 40, Vocabulary = 3000;
        int[] targets = Targets(Rows, Vocabulary);
        Tensor[] x = Inputs(Rows, Width, Vocabulary);
        int threads = Parallelism.Threads;
        try
        {
            float[]? first = null;
            for (Parallelism.Threads = 1; Parallelism.Threads <= 3; Parallelism.Threads++)
            {
                var all = new List<float>();
                foreach (bool mean in (bool[])[false, true])
                {
                    foreach (Tensor input in x)
                    {
                        input.ZeroGrad();
                        input.RequiresGrad = true;
                    }
                    Tensor loss = mean ? Interp.Ops.UnembedCrossEntropyMean(x[0], x[1], x[2], targets) : Interp.Ops.UnembedCrossEntropy(x[0], x[1], x[2], targets);
                    loss.Backward(Tensor.Normal(new Rng(5), 1, loss.Shape));
                    all.AddRange(loss.Span);
                    foreach (Tensor input in x) all.AddRange(input.Grad!.Span);
                }
                first ??= [.. all];
                Assert.True(first.AsSpan().SequenceEqual(all.ToArray()), $"{Parallelism.Threads} threads");
            }
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    [Fact]
    public void Wrong_targets_and_shapes_are_named()
    {
        Tensor logits = Tensor.Zeros(2, 3);
        Assert.Contains("Target 3 of row 1", Assert.Throws<ArgumentException>(() => Interp.Ops.CrossEntropy(logits, [0, 3])).Message);
        Assert.Contains("1 targets", Assert.Throws<ArgumentException>(() => Interp.Ops.CrossEntropy(logits, [0])).Message);
        Assert.Contains("[4, 9]", Assert.Throws<ArgumentException>(() => Interp.Ops.UnembedCrossEntropy(logits, Tensor.Zeros(4, 9), null, [0, 0])).Message);
    }

    private static Tensor[] Inputs(int rows, int d, int vocabulary)
    {
        var random = new Rng(2);
        return [Tensor.Normal(random, 1, rows, d), Tensor.Normal(random, 1, d, vocabulary), Tensor.Normal(random, 1, vocabulary)];
    }

    /// <summary>Random ids; every fifth row is left out.</summary>
    private static int[] Targets(int rows, int vocabulary)
    {
        var random = new Rng(3);
        return [.. Enumerable.Range(0, rows).Select(r => r % 5 == 4 ? -1 - (r % 3) : random.Next(vocabulary))];
    }

    private static double[] Logits(double[][] x, int rows, int d, int vocabulary)
    {
        var logits = new double[rows * vocabulary];
        for (int r = 0; r < rows; r++)
        {
            Span<double> row = logits.AsSpan(r * vocabulary, vocabulary);
            x[2].CopyTo(row);
            for (int i = 0; i < d; i++)
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(x[1].AsSpan(i * vocabulary, vocabulary), x[0][(r * d) + i], row, row);
        }
        return logits;
    }

    private static double[] Losses(double[] logits, int vocabulary, int[] targets)
    {
        var losses = new double[targets.Length];
        for (int r = 0; r < targets.Length; r++)
        {
            if (targets[r] < 0) continue;
            double[] row = logits[(r * vocabulary)..((r + 1) * vocabulary)];
            double max = row.Max();
            losses[r] = max - row[targets[r]] + Math.Log(row.Sum(v => Math.Exp(v - max)));
        }
        return losses;
    }
}
