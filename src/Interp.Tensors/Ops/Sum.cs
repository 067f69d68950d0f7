namespace Interp;

public static partial class Ops
{
    /// <summary>The sum of all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Sum(Tensor x) => SumAll(x, 1);

    /// <summary>The sum over one axis.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Negative counts from the end.</param>
    /// <param name="keepAxis">Keeps the axis with size 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor Sum(Tensor x, int axis, bool keepAxis = false) => SumAxis(x, axis, keepAxis, 1);

    /// <summary>factor·Σx</summary>
    private static Tensor SumAll(Tensor x, float factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = Tensor.Allocate([]);
        result.Span[0] = factor * Reduction.Sum(x.Span);
        return Autograd.Records(x) ? result.Record(new SumAllNode(x, factor)) : result;
    }

    /// <summary>factor·Σ over one axis.</summary>
    private static unsafe Tensor SumAxis(Tensor x, int axis, bool keepAxis, float factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = TensorShape.Axis(axis, x.Shape);
        int outer = TensorShape.Count(x.Shape, 0, axis), size = x.Shape[axis], inner = TensorShape.Count(x.Shape, axis + 1, x.Rank);
        int[] shape = keepAxis ? [.. x.Shape[..axis], 1, .. x.Shape[(axis + 1)..]] : [.. x.Shape[..axis], .. x.Shape[(axis + 1)..]];
        Tensor result = Tensor.Allocate(shape);
        fixed (float* source = x.Span, target = result.Span)
        {
            if (inner == 1) Reduction.RowSums(source, outer, size, target);
            else if (outer == 1) Reduction.ColumnSums(source, size, inner, target, accumulate: false);
            else Parallelism.ForRange(outer, Math.Max(1, Elementwise.Grain / Math.Max(1, size * inner)), new MiddleSums(source, size, inner, target));
        }
        if (factor != 1) Elementwise.Map<MultiplyFunction>(result.Span, [factor], result.Span);
        return Autograd.Records(x) ? result.Record(new SumAxisNode(x, outer, size, inner, factor)) : result;
    }

    /// <summary>target[o, i] = Σ_m source[o, m, i]</summary>
    private readonly unsafe struct MiddleSums(float* source, int size, int inner, float* target) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            new Span<float>(target + (nint)start * inner, (end - start) * inner).Clear();
            for (int o = start; o < end; o++) Reduction.AddRows(source + (nint)o * size * inner, size, inner, target + (nint)o * inner, inner);
        }
    }

    private sealed class SumAllNode(Tensor x, float factor) : GradNode(x)
    {
        private readonly int[] _shape = x.ShapeArray;

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Allocate(_shape);
            dx.Span.Fill(factor * gradient.Span[0]);
            Send(0, dx);
        }
    }

    private sealed class SumAxisNode(Tensor x, int outer, int size, int inner, float factor) : GradNode(x)
    {
        private readonly int[] _shape = x.ShapeArray;

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Allocate(_shape);
            Span<float> to = dx.Span;
            for (int o = 0; o < outer; o++)
            {
                ReadOnlySpan<float> from = gradient.Span.Slice(o * inner, inner);
                Span<float> block = to.Slice(o * size * inner, size * inner);
                if (inner == 1) block.Fill(factor * from[0]);
                else for (int m = 0; m < size; m++) System.Numerics.Tensors.TensorPrimitives.Multiply(from, factor, block.Slice(m * inner, inner));
            }
            Send(0, dx);
        }
    }
}
