using System.Runtime.CompilerServices;

namespace Interp;

/// <summary>Two operands laid over a common shape (NumPy's rules), with neighbouring axes merged where both operands allow it.</summary>
internal unsafe struct Broadcasting
{
    private const int MaxRank = 12;

    private int _axes;
    private Sizes _sizes;
    private Sizes _stepsA;
    private Sizes _stepsB;

    [InlineArray(MaxRank)]
    private struct Sizes
    {
        private int _first;
    }

    public Broadcasting(ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<int> shape)
    {
        if (shape.Length > MaxRank) throw new ArgumentException($"Broadcasting handles up to {MaxRank} axes, not {TensorShape.Text(shape)}.", nameof(shape));
        // From the innermost axis outwards; index 0 is the innermost merged axis.
        int lengthA = 1, lengthB = 1;
        for (int fromEnd = 1; fromEnd <= shape.Length; fromEnd++)
        {
            int size = shape[^fromEnd];
            if (size == 1) continue;
            int sizeA = fromEnd <= a.Length ? a[^fromEnd] : 1, sizeB = fromEnd <= b.Length ? b[^fromEnd] : 1;
            int stepA = sizeA == 1 ? 0 : lengthA, stepB = sizeB == 1 ? 0 : lengthB;
            if (_axes > 0 && stepA == _stepsA[_axes - 1] * _sizes[_axes - 1] && stepB == _stepsB[_axes - 1] * _sizes[_axes - 1])
            {
                _sizes[_axes - 1] *= size;
            }
            else
            {
                (_sizes[_axes], _stepsA[_axes], _stepsB[_axes]) = (size, stepA, stepB);
                _axes++;
            }
            lengthA *= sizeA;
            lengthB *= sizeB;
        }
        if (_axes == 0) (_sizes[0], _stepsA[0], _stepsB[0], _axes) = (1, 1, 1, 1);
    }

    /// <summary>The number of merged axes.</summary>
    public readonly int Axes => _axes;

    /// <summary>The length of the innermost runs.</summary>
    public readonly int RunLength => _sizes[0];

    /// <summary>Elements of the first operand between neighbours of a run: 1, or 0 where it is repeated.</summary>
    public readonly int RunStepA => _stepsA[0];

    /// <summary>Elements of the second operand between neighbours of a run: 1, or 0 where it is repeated.</summary>
    public readonly int RunStepB => _stepsB[0];

    /// <summary>The number of runs in the common shape.</summary>
    public readonly int Runs
    {
        get
        {
            int runs = 1;
            for (int axis = 1; axis < _axes; axis++) runs *= _sizes[axis];
            return runs;
        }
    }

    /// <summary>The merged axis <paramref name="axis"/> (0 is the innermost).</summary>
    public readonly (int Size, int StepA, int StepB) this[int axis] => (_sizes[axis], _stepsA[axis], _stepsB[axis]);

    /// <summary>Where run <paramref name="run"/> starts in each operand.</summary>
    public readonly (int A, int B) Offsets(int run)
    {
        int a = 0, b = 0;
        for (int axis = 1; axis < _axes; axis++)
        {
            (run, int i) = Math.DivRem(run, _sizes[axis]);
            a += i * _stepsA[axis];
            b += i * _stepsB[axis];
        }
        return (a, b);
    }

    /// <summary>f(a, b) with broadcasting, as a new tensor.</summary>
    public static Tensor Map<TFunction>(Tensor a, Tensor b, string operation)
        where TFunction : struct, IBinaryFunction
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Shape.SequenceEqual(b.Shape))
        {
            Tensor same = Tensor.Allocate(a.ShapeArray);
            Elementwise.Map<TFunction>(a.Span, b.Span, same.Span);
            return same;
        }
        int[] shape = TensorShape.Broadcast(a.Shape, b.Shape, operation);
        Tensor result = Tensor.Allocate(shape.AsSpan().SequenceEqual(a.Shape) ? a.ShapeArray : shape.AsSpan().SequenceEqual(b.Shape) ? b.ShapeArray : shape);
        if (result.Length == 0) return result;
        if ((a.Length == 1 && b.Length == result.Length) || (b.Length == 1 && a.Length == result.Length))
        {
            Elementwise.Map<TFunction>(a.Span, b.Span, result.Span);
            return result;
        }
        var layout = new Broadcasting(a.Shape, b.Shape, shape);
        fixed (float* pa = a.Span, pb = b.Span, pr = result.Span)
        {
            int grain = Math.Max(1, Elementwise.Grain / layout.RunLength);
            Parallelism.ForRange(layout.Runs, grain, new RunRange<TFunction>(layout, pa, pb, pr));
        }
        return result;
    }

    /// <summary>The gradient of an operand that was broadcast: <paramref name="gradient"/> summed down to <paramref name="shape"/>. It is the gradient itself where the number of elements is the same.</summary>
    public static Tensor SumTo(Tensor gradient, int[] shape)
    {
        if (gradient.Length == TensorShape.Count(shape)) return gradient;
        Tensor sum = Tensor.Allocate(shape);
        var layout = new Broadcasting(gradient.Shape, shape, gradient.Shape);
        fixed (float* source = gradient.Span, target = sum.Span)
        {
            if (layout.Axes == 1)
                sum.Span[0] = Reduction.Sum(gradient.Span);
            else if (layout.Axes == 2 && layout.RunStepB == 0)
                Reduction.RowSums(source, layout.Runs, layout.RunLength, target);
            else if (layout.Axes == 2)
                Reduction.ColumnSums(source, layout.Runs, layout.RunLength, target, accumulate: false);
            else
                AddRuns(layout, source, target, sum.Span);
        }
        return sum;
    }

    private static void AddRuns(in Broadcasting layout, float* source, float* target, Span<float> all)
    {
        all.Clear();
        int length = layout.RunLength;
        for (int run = 0; run < layout.Runs; run++)
        {
            (int from, int to) = layout.Offsets(run);
            if (layout.RunStepB == 0) target[to] += Reduction.Sum(new ReadOnlySpan<float>(source + from, length));
            else Elementwise.Run<AddFunction>(target + to, false, source + from, false, target + to, length);
        }
    }

    private readonly struct RunRange<TFunction>(Broadcasting layout, float* a, float* b, float* result) : IParallelRange
        where TFunction : struct, IBinaryFunction
    {
        public void Invoke(int start, int end)
        {
            int length = layout.RunLength;
            bool repeatA = layout.RunStepA == 0, repeatB = layout.RunStepB == 0;
            for (int run = start; run < end; run++)
            {
                (int offsetA, int offsetB) = layout.Offsets(run);
                Elementwise.Run<TFunction>(a + offsetA, repeatA, b + offsetB, repeatB, result + (nint)run * length, length);
            }
        }
    }
}
