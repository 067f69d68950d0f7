using Interp.Gemm;
using Interp.RowKernels;

namespace Interp;

public static partial class Ops
{
    /// <summary>Cross-entropy in nats of x·W_U + b_U for each row, without ever storing that product.</summary>
    /// <param name="x">The final residual stream, normed: [..., d].</param>
    /// <param name="weight">W_U [d, V].</param>
    /// <param name="bias">b_U [V], or null.</param>
    /// <param name="targets">A token id for each row; a negative one leaves the row out: its loss and gradient are 0.</param>
    /// <returns>[...]</returns>
    /// <remarks>The backward computes the logits again; where only the mean loss is needed, <see cref="UnembedCrossEntropyMean"/> does not.</remarks>
    /// <exception cref="ArgumentException">The shapes or the number of targets do not fit, or a target is not below V.</exception>
    public static Tensor UnembedCrossEntropy(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets)
    {
        (int rows, _) = CheckUnembed(x, weight, bias, targets);
        Tensor losses = Tensor.Allocate(x.ShapeArray[..^1]);
        Tensor statistics = Tensor.Empty(rows, 2);
        StreamLosses(x, weight, bias, targets, losses, statistics);
        if (Autograd.Records(x, weight, bias)) return losses.Record(new UnembedCrossEntropyNode(x, weight, bias, targets.ToArray(), statistics));
        statistics.Storage.Return();
        return losses;
    }

    private static (int Rows, int Vocabulary) CheckUnembed(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (x.Rank == 0 || weight.Rank != 2 || weight.Shape[0] != x.LastSize || (bias is not null && (bias.Rank != 1 || bias.Length != weight.Shape[1])))
        {
            throw new ArgumentException(
                $"The unembedding takes x [..., d], weight [d, V] and bias [V]; x is {TensorShape.Text(x.Shape)}, " +
                $"weight {TensorShape.Text(weight.Shape)}, bias {(bias is null ? "none" : TensorShape.Text(bias.Shape))}.");
        }
        int rows = RowCount(x);
        CheckTargets(targets, rows, weight.Shape[1], x.Shape);
        return (rows, weight.Shape[1]);
    }

    /// <summary>The losses, and each row's largest logit and 1 / Σ exp(logit − largest).</summary>
    private static unsafe void StreamLosses(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets, Tensor losses, Tensor statistics)
    {
        int rows = targets.Length;
        fixed (float* px = x.Span, pw = weight.Span, pb = SpanOrNull(bias), pl = losses.Span, ps = statistics.Span)
        fixed (int* pt = targets)
        {
            StreamedCrossEntropy.Begin(ps, rows);
            MatrixProduct.Stream(
                new MatrixView(px, rows, weight.Shape[0]), new MatrixView(pw, weight.Shape[0], weight.Shape[1]), new StreamedCrossEntropy(pb, pt, ps, pl));
            for (int r = 0; r < rows; r++)
            {
                (float largest, float sum) = (ps[2 * r], ps[(2 * r) + 1]);
                pl[r] = pt[r] < 0 ? 0 : LogSumExp.Loss(largest, sum, pl[r]);
                ps[(2 * r) + 1] = 1 / sum;
            }
        }
    }

    private sealed class UnembedCrossEntropyNode(Tensor x, Tensor weight, Tensor? bias, int[] targets, Tensor statistics) : GradNode(x, weight, bias)
    {
        protected override void Backward(Tensor gradient)
        {
            UnembedGradients gradients = new(x, weight, bias, Wants(0), Wants(1), Wants(2));
            gradients.Run(targets, losses: null, statistics, gradient);
            if (gradients.X is { } dx) Send(0, dx);
            if (gradients.Weight is { } dw) Send(1, dw);
            if (gradients.Bias is { } db) Send(2, db);
        }

        protected override void Free() => statistics.Storage.Return();
    }
}
