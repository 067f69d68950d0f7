using Interp.Gemm;

namespace Interp;

public static partial class Ops
{
    /// <summary>Batched a·b over the last two axes; leading axes broadcast; each operand optionally transposed.</summary>
    /// <param name="a">[..., m, k], or [..., k, m] if <paramref name="transposeA"/>.</param>
    /// <param name="b">[..., k, n], or [..., n, k] if <paramref name="transposeB"/>.</param>
    /// <param name="transposeA">Reads <paramref name="a"/> transposed.</param>
    /// <param name="transposeB">Reads <paramref name="b"/> transposed.</param>
    /// <returns>[..., m, n]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Rank < 2 || b.Rank < 2) throw MatMulMisfit(a, b, transposeA, transposeB);
        (int m, int k) = transposeA ? (a.Shape[^1], a.Shape[^2]) : (a.Shape[^2], a.Shape[^1]);
        (int depth, int n) = transposeB ? (b.Shape[^1], b.Shape[^2]) : (b.Shape[^2], b.Shape[^1]);
        if (depth != k) throw MatMulMisfit(a, b, transposeA, transposeB);
        // One matrix for all of a's rows: one large product instead of many small ones.
        if (b.Rank == 2 && a.Rank > 2 && !transposeA && a.Length > 0)
            return MatMul(a.Reshape(-1, k), b, false, transposeB).Viewed([.. a.Shape[..^1], n]);
        Tensor result = Tensor.Allocate([.. TensorShape.Broadcast(a.Shape[..^2], b.Shape[..^2], nameof(MatMul)), m, n]);
        Products(a, transposeA, b, transposeB, result, accumulate: false);
        return Autograd.Records(a, b) ? result.Record(new MatMulNode(a, b, transposeA, transposeB)) : result;
    }

    private static ArgumentException MatMulMisfit(Tensor a, Tensor b, bool transposeA, bool transposeB) => new(
        $"MatMul needs [..., m, k] and [..., k, n] (after transposing what is asked); got {TensorShape.Text(a.Shape)}{(transposeA ? " transposed" : "")} and {TensorShape.Text(b.Shape)}{(transposeB ? " transposed" : "")}.");

    /// <summary>C = A·B, or C += A·B, for every index of C's leading axes, over which A's and B's broadcast.</summary>
    private static unsafe void Products(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor c, bool accumulate)
    {
        if (c.Length == 0) return;
        int sizeA = a.Shape[^1] * a.Shape[^2], sizeB = b.Shape[^1] * b.Shape[^2], sizeC = c.Shape[^1] * c.Shape[^2];
        fixed (float* pa = a.Span, pb = b.Span, pc = c.Span)
        {
            if (c.Length == sizeC)
            {
                MatrixProduct.Multiply(View(pa, a, transposeA), View(pb, b, transposeB), View(pc, c, false), accumulate);
                return;
            }
            var layout = new Broadcasting(a.Shape[..^2], b.Shape[..^2], c.Shape[..^2]);
            int count = layout.RunLength;
            for (int run = 0; run < layout.Runs; run++)
            {
                (int startA, int startB) = layout.Offsets(run);
                MatrixProduct.Batched(
                    new BatchView(View(pa + (nint)startA * sizeA, a, transposeA), count, (nint)layout.RunStepA * sizeA),
                    new BatchView(View(pb + (nint)startB * sizeB, b, transposeB), count, (nint)layout.RunStepB * sizeB),
                    new BatchView(View(pc + (nint)run * count * sizeC, c, false), count, sizeC),
                    accumulate);
            }
        }
    }

    /// <summary>One of a tensor's matrices.</summary>
    private static unsafe MatrixView View(float* origin, Tensor x, bool transpose)
    {
        var view = new MatrixView(origin, x.Shape[^2], x.Shape[^1]);
        return transpose ? view.Transposed : view;
    }

    /// <remarks>With G the gradient of C = A·B: dA = G·Bᵀ, dB = Aᵀ·G; of a transposed operand the transposed, (B·Gᵀ) and (Gᵀ·A).</remarks>
    private sealed class MatMulNode(Tensor a, Tensor b, bool transposeA, bool transposeB) : GradNode(a, b)
    {
        protected override void Backward(Tensor gradient)
        {
            if (Wants(0) && transposeA) SendProduct(0, a, b, transposeB, gradient, true);
            else if (Wants(0)) SendProduct(0, a, gradient, false, b, !transposeB);
            if (Wants(1) && transposeB) SendProduct(1, b, gradient, true, a, transposeA);
            else if (Wants(1)) SendProduct(1, b, a, !transposeA, gradient, false);
        }

        private void SendProduct(int input, Tensor operand, Tensor left, bool transposeLeft, Tensor right, bool transposeRight)
        {
            ReadOnlySpan<int> leading = ResultShape.AsSpan(..^2);
            if (operand.Shape[..^2].SequenceEqual(leading))
            {
                GradientTarget target = Target(input);
                bool accumulate = target.InitialiseSum();
                Products(left, transposeLeft, right, transposeRight, target.Destination, accumulate);
                return;
            }
            Tensor each = Tensor.Allocate([.. leading, .. operand.Shape[^2..]]);
            Products(left, transposeLeft, right, transposeRight, each, accumulate: false);
            Tensor sum = Broadcasting.SumTo(each, operand.ShapeArray);
            Send(input, sum);
            if (sum != each) each.Storage.Return();
        }
    }
}
