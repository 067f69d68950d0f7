using System.Numerics.Tensors;

namespace Interp;

public static partial class Ops
{
    /// <summary>The part of <paramref name="x"/> with indices [start, start + length) along one axis.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Negative counts from the end.</param>
    /// <param name="start">Negative counts from the end.</param>
    /// <param name="length">The axis's new size.</param>
    /// <returns>A view that shares memory along the first axis (or where all axes before have size 1), else a copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the axis.</exception>
    public static Tensor Slice(Tensor x, int axis, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = TensorShape.Axis(axis, x.Shape);
        int size = x.Shape[axis];
        int first = start < 0 ? start + size : start;
        if (first < 0 || length < 0 || first > size - length)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{length} entries from {start} on are not inside axis {axis} of a tensor {TensorShape.Text(x.Shape)}.");
        if (length == size) return x;
        int outer = TensorShape.Count(x.Shape, 0, axis), inner = TensorShape.Count(x.Shape, axis + 1, x.Rank);
        int[] shape = x.Shape.ToArray();
        shape[axis] = length;
        if (outer == 1) return x.LeadingView(first * inner, shape, length * inner);
        Tensor result = Tensor.Allocate(shape);
        CopyRows(x.Span, size * inner, first * inner, result.Span, length * inner, 0, outer, length * inner);
        return Autograd.Records(x) ? result.Record(new SliceNode(x, outer, size * inner, first * inner)) : result;
    }

    /// <summary>For each of <paramref name="rows"/> rows, copies <paramref name="length"/> elements; rows lie a stride apart and start at an offset.</summary>
    private static void CopyRows(ReadOnlySpan<float> source, int sourceStride, int sourceStart, Span<float> target, int targetStride, int targetStart, int rows, int length)
    {
        for (int r = 0; r < rows; r++)
            source.Slice((r * sourceStride) + sourceStart, length).CopyTo(target.Slice((r * targetStride) + targetStart, length));
    }

    private sealed class SliceNode(Tensor x, int outer, int stride, int start) : GradNode(x)
    {
        protected override void Backward(Tensor gradient)
        {
            Span<float> all = Target(0).Initialise();
            ReadOnlySpan<float> from = gradient.Span;
            int length = from.Length / outer;
            for (int o = 0; o < outer; o++)
            {
                Span<float> row = all.Slice((o * stride) + start, length);
                TensorPrimitives.Add(row, from.Slice(o * length, length), row);
            }
        }
    }
}
