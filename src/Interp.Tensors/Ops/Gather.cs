namespace Interp;

public static partial class Ops
{
    /// <summary>One element of each row: y[r] = x[r, indices[r]].</summary>
    /// <param name="x">[..., n]</param>
    /// <param name="indices">An index into the last axis for each row, row-major.</param>
    /// <returns>[...]</returns>
    /// <exception cref="ArgumentException">The number of indices is not the number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the last axis.</exception>
    public static Tensor Gather(Tensor x, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0) throw new ArgumentException("Gather needs x [..., n]; got a scalar.", nameof(x));
        int width = x.LastSize;
        if ((long)indices.Length * width != x.Length)
            throw new ArgumentException($"Gather from {TensorShape.Text(x.Shape)} needs {x.Length / Math.Max(1, width)} indices, one a row; got {indices.Length}.", nameof(indices));
        Tensor result = Tensor.Allocate(x.Shape[..^1].ToArray());
        Span<float> from = x.Span, to = result.Span;
        for (int r = 0; r < indices.Length; r++)
        {
            if ((uint)indices[r] >= (uint)width)
                throw new ArgumentOutOfRangeException(nameof(indices), indices[r], $"Row {r}: no such index in the last axis of a tensor {TensorShape.Text(x.Shape)}.");
            to[r] = from[(r * width) + indices[r]];
        }
        return Autograd.Records(x) ? result.Record(new GatherNode(x, indices.ToArray(), width)) : result;
    }

    private sealed class GatherNode(Tensor x, int[] indices, int width) : GradNode(x)
    {
        protected override void Backward(Tensor gradient)
        {
            Span<float> all = Target(0).Initialise(), from = gradient.Span;
            for (int r = 0; r < indices.Length; r++) all[(r * width) + indices[r]] += from[r];
        }
    }
}
