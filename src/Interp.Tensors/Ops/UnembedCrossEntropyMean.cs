using System.Numerics.Tensors;

namespace Interp;

public static partial class Ops
{
    /// <summary>The mean over rows of <see cref="UnembedCrossEntropy"/>: the training loss, in nats.</summary>
    /// <param name="x">The final residual stream, normed: [..., d].</param>
    /// <param name="weight">W_U [d, V]; or, <paramref name="transposed"/>, [V, d]: the embedding of a model whose unembedding is tied to it.</param>
    /// <param name="bias">b_U [V], or null.</param>
    /// <param name="targets">A token id for each row; rows with a negative one do not count.</param>
    /// <param name="transposed">Reads the weight transposed.</param>
    /// <returns>A scalar.</returns>
    /// <remarks>
    /// Where gradients are recorded they are formed at once, chunk of rows by chunk, while the chunk's probabilities are in the cache: a row's share
    /// of the mean is known beforehand. So the product is computed once, and the backward only scales.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes or the number of targets do not fit, a target is not below V, or no row counts.</exception>
    public static Tensor UnembedCrossEntropyMean(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> targets, bool transposed = false)
    {
        int rows = CheckUnembed(x, weight, bias, targets, transposed);
        int counted = 0;
        foreach (int target in targets) counted += target >= 0 ? 1 : 0;
        if (counted == 0) throw new ArgumentException($"All {rows} targets are negative: there is no row to take the mean over.", nameof(targets));

        Tensor losses = Tensor.Empty(rows), statistics = Tensor.Empty(rows, 2), mean = Tensor.Empty();
        UnembedCrossEntropyMeanNode? node = null;
        if (Autograd.Records(x, weight, bias))
        {
            var gradients = new UnembedGradients(x, weight, bias, transposed, x.RequiresGrad, weight.RequiresGrad, bias is { RequiresGrad: true });
            Tensor share = Tensor.Full(1f / counted, rows);
            gradients.Run(targets, losses, statistics, share);
            share.Storage.Return();
            node = new UnembedCrossEntropyMeanNode(x, weight, bias, gradients);
        }
        else
        {
            StreamLosses(x, weight, bias, targets, transposed, losses, statistics);
        }
        double sum = 0;
        foreach (float loss in losses.Span) sum += loss;
        mean.Span[0] = (float)(sum / counted);
        losses.Storage.Return();
        statistics.Storage.Return();
        return node is null ? mean : mean.Record(node);
    }

    private sealed class UnembedCrossEntropyMeanNode(Tensor x, Tensor weight, Tensor? bias, UnembedGradients gradients) : GradNode(x, weight, bias)
    {
        protected override void Backward(Tensor gradient)
        {
            Scale(0, gradients.X, gradient.Span[0]);
            Scale(1, gradients.Weight, gradient.Span[0]);
            Scale(2, gradients.Bias, gradient.Span[0]);
        }

        private void Scale(int input, Tensor? unit, float factor)
        {
            if (unit is null) return;
            if (factor != 1) TensorPrimitives.Multiply(unit.Span, factor, unit.Span);
            Send(input, unit);
        }
    }
}
