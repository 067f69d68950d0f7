using Interp.AttentionKernels;
using Interp.RowKernels;
using Interp.Simd;

namespace Interp.Tensors.Tests.Simd;

/// <summary>Kernels give the same results with vectors of every width; which width an operation takes depends on the machine.</summary>
public unsafe class KernelWidthTests
{
    // Only the order of additions differs.
    private const double Tolerance = 3e-6;

    public static TheoryData<int, int, int, int> Attentions => new() { { 9, 9, 2, 1 }, { 37, 37, 2, 5 }, { 20, 50, 1, 24 }, { 64, 64, 2, 16 }, { 1, 40, 2, 36 } };

    [Theory, MemberData(nameof(Attentions))]
    public void Attention_and_its_gradients(int queries, int keys, int heads, int width)
    {
        var shape = new AttentionShape(2, queries, keys, 2 * heads, heads, width);
        float[][] expected = Attend(shape, SimdWidth.Bits);
        foreach (int bits in (int[])[128, 256, 512])
        {
            float[][] actual = Attend(shape, bits);
            for (int i = 0; i < expected.Length; i++)
                GradientCheck.Close([.. expected[i].Select(x => (double)x)], actual[i], Tolerance, $"{bits} bits, output {i},");
        }
    }

    [Theory, InlineData(1), InlineData(4), InlineData(15), InlineData(33), InlineData(100)]
    public void Row_kernels(int columns)
    {
        float[] expected = Rows(columns, SimdWidth.Bits);
        foreach (int bits in (int[])[128, 256, 512])
            GradientCheck.Close([.. expected.Select(x => (double)x)], Rows(columns, bits), Tolerance, $"{bits} bits,");
    }

    private static float[][] Attend(AttentionShape s, int bits)
    {
        var random = new Rng(1);
        int q = s.Batch * s.Queries * s.Heads * s.Width, k = s.Batch * s.Keys * s.KeyValueHeads * s.Width, rows = s.Batch * s.Heads * s.Queries;
        float[] queries = Normal(random, q), keys = Normal(random, k), values = Normal(random, k), dz = Normal(random, q);
        float[] z = new float[q], statistics = new float[2 * rows], pattern = new float[rows * s.Keys];
        float[] dq = new float[q], dk = new float[k], dv = new float[k];
        fixed (float* pq = queries, pk = keys, pv = values, pz = z, ps = statistics, pp = pattern, pdz = dz, pdq = dq, pdk = dk, pdv = dv)
        {
            var forward = new AttentionForward { Shape = s, Scale = 0.3f, Q = pq, K = pk, V = pv, Z = pz, RowStatistics = ps, Pattern = pp };
            SimdWidth.Run(ref forward, bits);
            var backward = new AttentionBackward
            {
                Shape = s,
                Scale = 0.3f,
                Q = pq,
                K = pk,
                V = pv,
                Z = pz,
                RowStatistics = ps,
                GradientZ = pdz,
                GradientQ = pdq,
                GradientK = pdk,
                GradientV = pdv,
            };
            SimdWidth.Run(ref backward, bits);
        }
        return [z, statistics, pattern, dq, dk, dv];
    }

    private static float[] Rows(int columns, int bits)
    {
        const int RowCount = 3;
        var random = new Rng(2);
        float[] x = Normal(random, RowCount * columns), upstream = Normal(random, RowCount);
        float[] y = new float[x.Length], dx = new float[x.Length], losses = new float[RowCount], dLogits = new float[x.Length];
        float[] turned = new float[x.Length], smeared = new float[x.Length];
        int[] targets = [columns - 1, -1, 0];
        fixed (float* px = x, py = y, pdx = dx, pu = upstream, pl = losses, pdl = dLogits, pt = turned, ps = smeared)
        fixed (int* pTargets = targets)
        {
            foreach (bool logarithm in (bool[])[true, false])
            {
                var softmax = new SoftmaxRows { X = px, Y = py, Rows = RowCount, Columns = columns, Logarithm = logarithm };
                SimdWidth.Run(ref softmax, bits);
                var gradient = new SoftmaxRowsGradient { Y = py, GradientY = px, GradientX = pdx, Rows = RowCount, Columns = columns, Logarithm = logarithm };
                SimdWidth.Run(ref gradient, bits);
            }
            var loss = new CrossEntropyRows
            {
                Logits = px,
                Bias = pdx,
                Targets = pTargets,
                Rows = RowCount,
                Columns = columns,
                Losses = pl,
                Statistics = null,
                Upstream = pu,
                Gradient = pdl,
            };
            SimdWidth.Run(ref loss, bits);
            var rotation = new RotateRows
            {
                X = px,
                Cos = py,
                Sin = pdx,
                Result = pt,
                Batch = RowCount,
                Positions = 1,
                Heads = 1,
                Width = columns,
                Pairs = columns / 2,
                Layout = RotaryLayout.Halves,
                Direction = 1,
            };
            SimdWidth.Run(ref rotation, bits);
            var smear = new SmearRows { X = px, Result = ps, Own = py, Previous = pdx, Batch = 1, Positions = RowCount, Width = columns, Transposed = false };
            SimdWidth.Run(ref smear, bits);
        }
        return [.. y, .. dx, .. losses, .. dLogits, .. turned, .. smeared];
    }

    private static float[] Normal(Rng random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
}
