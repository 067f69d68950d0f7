using System.Numerics.Tensors;
using Interp.RowKernels;
using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>Smeared keys: k_j ← σ(α_h)·k_j + (1 − σ(α_h))·k_{j−1}, the first key unchanged (Olsson et al. 2022, argument 2).</summary>
    /// <param name="k">Keys [b, p, h, e].</param>
    /// <param name="alpha">One number a head, [h].</param>
    /// <returns>[b, p, h, e]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor SmearKeys(Tensor k, Tensor alpha)
    {
        ArgumentNullException.ThrowIfNull(k);
        ArgumentNullException.ThrowIfNull(alpha);
        if (k.Rank != 4 || alpha.Rank != 1 || alpha.Length != k.Shape[2])
            throw new ArgumentException($"SmearKeys takes k [batch, position, head, d_head] and alpha [head]; k is {TensorShape.Text(k.Shape)}, alpha {TensorShape.Text(alpha.Shape)}.");
        Tensor result = Smear(k, alpha, transposed: false);
        return Autograd.Records(k, alpha) ? result.Record(new SmearKeysNode(k, alpha)) : result;
    }

    private static unsafe Tensor Smear(Tensor k, Tensor alpha, bool transposed)
    {
        (int heads, int e) = (k.Shape[2], k.Shape[3]);
        Tensor result = Tensor.Allocate(k.ShapeArray), own = Tensor.Empty(heads, e), previous = Tensor.Empty(heads, e);
        for (int h = 0; h < heads; h++)
        {
            own.Span.Slice(h * e, e).Fill((float)Sigmoid(alpha.Span[h]));
            previous.Span.Slice(h * e, e).Fill((float)Sigmoid(-alpha.Span[h]));
        }
        fixed (float* px = k.Span, pr = result.Span, po = own.Span, pp = previous.Span)
        {
            var kernel = new SmearRows
            {
                X = px,
                Result = pr,
                Own = po,
                Previous = pp,
                Batch = k.Shape[0],
                Positions = k.Shape[1],
                Width = heads * e,
                Transposed = transposed,
            };
            SimdWidth.Run(ref kernel);
        }
        return result;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private sealed class SmearKeysNode(Tensor k, Tensor alpha) : GradNode(k, alpha)
    {
        protected override unsafe void Backward(Tensor gradient)
        {
            if (Wants(1))
            {
                int batch = k.Shape[0], heads = k.Shape[2];
                Tensor dAlpha = Tensor.Allocate(alpha.ShapeArray);
                var sums = new double[batch * heads];
                fixed (float* pk = k.Span, pg = gradient.Span)
                fixed (double* ps = sums)
                    Parallelism.For(batch, new AlphaSums(pk, pg, ps, k.Shape[1], heads, k.Shape[3]));
                for (int h = 0; h < heads; h++)
                {
                    double total = 0;
                    for (int b = 0; b < batch; b++) total += sums[(b * heads) + h];
                    double a = alpha.Span[h];
                    dAlpha.Span[h] = (float)(Sigmoid(a) * Sigmoid(-a) * total);
                }
                Send(1, dAlpha);
            }
            if (Wants(0)) Send(0, Smear(gradient, alpha, transposed: true));
        }

        /// <summary>Σ_j dy_j·(k_j − k_{j−1}) for each batch and head.</summary>
        private readonly unsafe struct AlphaSums(float* k, float* gradient, double* sums, int positions, int heads, int width) : IParallelBody
        {
            public void Invoke(int b)
            {
                nint rowWidth = (nint)heads * width;
                for (int j = 1; j < positions; j++)
                {
                    nint row = (((nint)b * positions) + j) * rowWidth;
                    for (int h = 0; h < heads; h++)
                    {
                        var dy = new ReadOnlySpan<float>(gradient + row + (h * width), width);
                        float* own = k + row + (h * width);
                        sums[(b * heads) + h] += TensorPrimitives.Dot(dy, new ReadOnlySpan<float>(own, width));
                        sums[(b * heads) + h] -= TensorPrimitives.Dot(dy, new ReadOnlySpan<float>(own - rowWidth, width));
                    }
                }
            }
        }
    }
}
