namespace Interp;

public static partial class Ops
{
    /// <summary>A copy with the axes in another order: result axis i is x's axis <c>axes[i]</c>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">Each axis of <paramref name="x"/> once; negative counts from the end.</param>
    /// <exception cref="ArgumentException">The axes are not a permutation.</exception>
    public static Tensor Permute(Tensor x, params ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (axes.Length != x.Rank) throw NotAPermutation(x, axes);
        var order = new int[axes.Length];
        var inverse = new int[axes.Length];
        Array.Fill(inverse, -1);
        for (int i = 0; i < axes.Length; i++)
        {
            order[i] = TensorShape.Axis(axes[i], x.Shape);
            if (inverse[order[i]] >= 0) throw NotAPermutation(x, axes);
            inverse[order[i]] = i;
        }
        Tensor result = Permuted(x, order);
        return Autograd.Records(x) ? result.Record(new PermuteNode(x, inverse)) : result;
    }

    private static ArgumentException NotAPermutation(Tensor x, ReadOnlySpan<int> axes) =>
        new($"Permute of a tensor {TensorShape.Text(x.Shape)} needs each of its {x.Rank} axes once; got {TensorShape.Text(axes)}.", nameof(axes));

    private static unsafe Tensor Permuted(Tensor x, int[] order)
    {
        int rank = order.Length;
        Span<int> strides = stackalloc int[rank + 1];
        strides[rank] = 1;
        for (int axis = rank - 1; axis >= 0; axis--) strides[axis] = strides[axis + 1] * x.Shape[axis];
        // Axes that stay innermost in their order are copied as blocks.
        int kept = rank;
        while (kept > 0 && order[kept - 1] == kept - 1) kept--;
        int block = strides[kept];

        var shape = new int[rank];
        for (int i = 0; i < rank; i++) shape[i] = x.Shape[order[i]];
        Tensor result = Tensor.Allocate(shape);
        if (result.Length == 0) return result;
        if (kept == 0)
        {
            x.Span.CopyTo(result.Span);
            return result;
        }
        // The innermost permuted axis is a loop; those outside it are counted.
        int last = kept - 1, size = shape[last], lines = result.Length / (size * block);
        fixed (int* sizes = shape, steps = Steps(order, strides))
        fixed (float* source = x.Span, target = result.Span)
            Parallelism.ForRange(lines, Math.Max(1, Elementwise.Grain / (size * block)), new PermutedLines(source, target, sizes, steps, last, block));
        return result;
    }

    /// <summary>Elements of x between neighbours along each axis of the result.</summary>
    private static int[] Steps(int[] order, ReadOnlySpan<int> strides)
    {
        var steps = new int[order.Length];
        for (int i = 0; i < steps.Length; i++) steps[i] = strides[order[i] + 1];
        return steps;
    }

    /// <summary>Copies lines of the result: blocks of elements along its axis <c>last</c>.</summary>
    private readonly unsafe struct PermutedLines(float* source, float* target, int* sizes, int* steps, int last, int block) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            int size = sizes[last], step = steps[last];
            float* to = target + (nint)start * size * block;
            for (int line = start; line < end; line++)
            {
                float* from = source;
                int rest = line;
                for (int axis = last - 1; axis >= 0; axis--)
                {
                    (rest, int index) = Math.DivRem(rest, sizes[axis]);
                    from += (nint)index * steps[axis];
                }
                if (block == 1)
                {
                    for (int i = 0; i < size; i++, from += step) *to++ = *from;
                }
                else
                {
                    for (int i = 0; i < size; i++, from += step, to += block) new ReadOnlySpan<float>(from, block).CopyTo(new Span<float>(to, block));
                }
            }
        }
    }

    private sealed class PermuteNode(Tensor x, int[] inverse) : GradNode(x)
    {
        protected override void Backward(Tensor gradient) => Send(0, Permuted(gradient, inverse));
    }
}
