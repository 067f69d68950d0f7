using Interp.RowKernels;
using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>Cross-entropy in nats of each row: −log softmax(logits)[target].</summary>
    /// <param name="logits">[..., V]</param>
    /// <param name="targets">A token id for each row; a negative one leaves the row out: its loss and gradient are 0.</param>
    /// <returns>[...]</returns>
    /// <exception cref="ArgumentException">The number of targets is not the number of rows, or a target is not below V.</exception>
    public static unsafe Tensor CrossEntropy(Tensor logits, ReadOnlySpan<int> targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Rank == 0) throw new ArgumentException("CrossEntropy takes logits [..., V]; these are a scalar.", nameof(logits));
        int rows = RowCount(logits), columns = logits.LastSize;
        CheckTargets(targets, rows, columns, logits.Shape);
        Tensor losses = Tensor.Allocate(logits.ShapeArray[..^1]);
        bool records = Autograd.Records(logits);
        Tensor? statistics = records ? Tensor.Empty(rows, 2) : null;
        fixed (float* pl = logits.Span, po = losses.Span, ps = SpanOrNull(statistics))
        fixed (int* pt = targets)
        {
            var kernel = new CrossEntropyRows
            {
                Logits = pl,
                Bias = null,
                Targets = pt,
                Rows = rows,
                Columns = columns,
                Losses = po,
                Statistics = ps,
                Upstream = null,
                Gradient = null,
            };
            SimdWidth.Run(ref kernel);
        }
        return records ? losses.Record(new CrossEntropyNode(logits, targets.ToArray(), statistics!)) : losses;
    }

    private static void CheckTargets(ReadOnlySpan<int> targets, int rows, int columns, ReadOnlySpan<int> shape)
    {
        if (targets.Length != rows)
            throw new ArgumentException($"One target a row is needed: {TensorShape.Text(shape)} has {rows} rows, and there are {targets.Length} targets.", nameof(targets));
        for (int r = 0; r < rows; r++)
        {
            if (targets[r] >= columns)
                throw new ArgumentException($"Target {targets[r]} of row {r} is not a token id below the vocabulary's {columns}. Leave a row out with a negative target.", nameof(targets));
        }
    }

    private sealed class CrossEntropyNode(Tensor logits, int[] targets, Tensor statistics) : GradNode(logits)
    {
        protected override unsafe void Backward(Tensor gradient)
        {
            Tensor result = Tensor.Allocate(logits.ShapeArray);
            fixed (float* pl = logits.Span, pr = result.Span, pg = gradient.Span, ps = statistics.Span)
            fixed (int* pt = targets)
            {
                var kernel = new CrossEntropyRows
                {
                    Logits = pl,
                    Bias = null,
                    Targets = pt,
                    Rows = targets.Length,
                    Columns = logits.LastSize,
                    Losses = null,
                    Statistics = ps,
                    Upstream = pg,
                    Gradient = pr,
                };
                SimdWidth.Run(ref kernel);
            }
            Send(0, result);
        }

        protected override void Free() => statistics.Storage.Return();
    }
}
