namespace Interp.Tensors.Tests;

/// <summary>Shapes that are large enough to run in parallel.</summary>
[Collection(nameof(Parallelism))]
public class SameBitsTests
{
    public static TheoryData<string> Operations => [.. s_operations.Keys];

    private static readonly Dictionary<string, Func<Tensor[], Tensor>> s_operations = new()
    {
        ["add"] = x => x[0] + x[1],
        ["multiply, repeated"] = x => x[0] * x[2],
        ["multiply, repeated columns"] = x => x[0] * Interp.Ops.Sum(x[1], 1, keepAxis: true),
        ["divide, scalar"] = x => x[0] / (Interp.Ops.Sum(x[2] * x[2]) + 1),
        ["gelu"] = x => Interp.Ops.Apply(x[0], Activation.Gelu),
        ["exp"] = x => Interp.Ops.Exp(x[0]),
        ["sums"] = x => Interp.Ops.Sum(x[0], 0) * Interp.Ops.Mean(x[1], 0),
        ["sum"] = x => Interp.Ops.Sum(x[0]),
        ["layer norm"] = x => Interp.Ops.LayerNorm(x[0], x[2], x[3], 1e-5f, out _),
        ["RMS norm"] = x => Interp.Ops.RmsNorm(x[0], x[2], 1e-5f, out _),
        ["linear"] = x => Interp.Ops.Linear(x[0], x[4], x[3], Activation.GeluTanh, x[1]),
        ["heads"] = x => Interp.Ops.HeadOutput(Interp.Ops.HeadLinear(x[0], x[4].Reshape(2, 96, 48)), x[4].Reshape(2, 48, 96), x[3]),
        ["head results"] = x => Interp.Ops.HeadResults(x[0].Reshape(-1, 2, 48), x[4].Reshape(2, 48, 96)),
        ["matmul"] = x => Interp.Ops.MatMul(x[0].Reshape(10, -1, 96), x[1].Reshape(10, -1, 96), transposeB: true),
        ["permute"] = x => Interp.Ops.Permute(x[0].Reshape(-1, 5, 96), 1, 0, 2) + Interp.Ops.Permute(x[1].Reshape(-1, 96, 5), 2, 0, 1),
        ["embedding"] = x => Interp.Ops.Embedding(x[0], new Tokens([.. Enumerable.Range(0, 2000).Select(i => i * i % 1500)], 20, 100)),
    };

    [Theory, MemberData(nameof(Operations))]
    public void Values_and_gradients_have_the_same_bits_at_any_thread_count(string operation)
    {
        int before = Parallelism.Threads;
        try
        {
            float[][] one = Run(operation, 1);
            for (int threads = 2; threads <= 4; threads++)
            {
                float[][] more = Run(operation, threads);
                for (int i = 0; i < one.Length; i++) Assert.True(one[i].AsSpan().SequenceEqual(more[i]), $"{operation}: output {i} differs at {threads} threads");
            }
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    private static float[][] Run(string operation, int threads)
    {
        Parallelism.Threads = threads;
        var random = new Rng(77);
        Tensor[] inputs = [.. ((int[][])[[1500, 96], [1500, 96], [96], [96], [96, 96]]).Select(s => Tensor.Normal(random, 1, s))];
        foreach (Tensor input in inputs) input.RequiresGrad = true;
        Tensor y = s_operations[operation](inputs);
        y.Backward(Tensor.Normal(random, 1, y.Shape));
        return [y.Span.ToArray(), .. inputs.Where(x => x.Grad is not null).Select(x => x.Grad!.Span.ToArray())];
    }
}
