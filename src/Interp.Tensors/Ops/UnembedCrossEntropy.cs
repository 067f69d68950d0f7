using Interp.Gemm;
using Interp.RowKernels;

namespace Interp;

public static partial class Ops
{
    /// <summary>Cross-entropy in nats of x·W_U + b_U for each row, without ever storing that product.</summary>
    /// <param name="x">The final residual stream, normed: [..., d].</param>
    /// <param name="weight">W_U [d, V]; or, <paramref name="transposed"/>, [V, d]: the embedding of a model whose unembedding is tied to it.</param>
    /// <param name="bias">b_U [V], or null.</param>
    /// <param name="targets">A token id for each row; a negative one leaves the row out: its loss and gradient are 0.</param>
    /// <param name="transposed">Reads the weight transposed.</param>
    /// <returns>[...]</returns>
    /// <remarks>The backward computes the logits again; where only the mean loss is needed, <see cref="UnembedCrossEntropyMean"/> does not.</remarks>
    /// <exception cref="ArgumentException">The shapes or the number of targets do not fit, or a target is not below V.</exception>
    public static Tensor UnembedCrossEntropy(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets, bool transposed = false)
    {
        int rows = CheckUnembed(x, weight, bias, targets, transposed);
        Tensor losses = Tensor.Allocate(x.ShapeArray[..^1]);
        Tensor statistics = Tensor.Empty(rows, 2);
        StreamLosses(x, weight, bias, targets, transposed, losses, statistics);
        if (Autograd.Records(x, weight, bias)) return losses.Record(new UnembedCrossEntropyNode(x, weight, bias, targets.ToArray(), transposed, statistics));
        statistics.Storage.Return();
        return losses;
    }

    private static int CheckUnembed(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets, bool transposed)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        (int d, int vocabulary) = weight.Rank != 2 ? (-1, -1) : transposed ? (weight.Shape[1], weight.Shape[0]) : (weight.Shape[0], weight.Shape[1]);
        if (x.Rank == 0 || d != x.LastSize || (bias is not null && (bias.Rank != 1 || bias.Length != vocabulary)))
        {
            throw new ArgumentException(
                $"The unembedding takes x [..., d], weight {(transposed ? "[V, d]" : "[d, V]")} and bias [V]; x is {TensorShape.Text(x.Shape)}, " +
                $"weight {TensorShape.Text(weight.Shape)}, bias {(bias is null ? "none" : TensorShape.Text(bias.Shape))}.");
        }
        int rows = RowCount(x);
        CheckTargets(targets, rows, vocabulary, x.Shape);
        return rows;
    }

    /// <summary>The losses, and each row's largest logit and 1 / Σ exp(logit − largest).</summary>
    private static unsafe void StreamLosses(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets, bool transposed, Tensor losses, Tensor statistics)
    {
        int rows = targets.Length;
        fixed (float* px = x.Span, pw = weight.Span, pb = SpanOrNull(bias), pl = losses.Span, ps = statistics.Span)
        fixed (int* pt = targets)
        {
            StreamedCrossEntropy.Begin(ps, rows);
            var stored = new MatrixView(pw, weight.Shape[0], weight.Shape[1]);
            MatrixProduct.Stream(new MatrixView(px, rows, x.LastSize), transposed ? stored.Transposed : stored, new StreamedCrossEntropy(pb, pt, ps, pl));
            for (int r = 0; r < rows; r++)
            {
                (float largest, float sum) = (ps[2 * r], ps[(2 * r) + 1]);
                pl[r] = pt[r] < 0 ? 0 : LogSumExp.Loss(largest, sum, pl[r]);
                ps[(2 * r) + 1] = 1 / sum;
            }
        }
    }

    private sealed class UnembedCrossEntropyNode(Tensor x, Tensor weight, Tensor? bias, int[] targets, bool transposed, Tensor statistics) : GradNode(x, weight, bias)
    {
        protected override void Backward(Tensor gradient)
        {
            UnembedGradients gradients = new(x, weight, bias, transposed, Wants(0), Wants(1), Wants(2));
            gradients.Run(targets, losses: null, statistics, gradient);
            if (gradients.X is { } dx) Send(0, dx);
            if (gradients.Weight is { } dw) Send(1, dw);
            if (gradients.Bias is { } db) Send(2, db);
        }

        protected override void Free() => statistics.Storage.Return();
    }
}
