using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.RowKernels;

/// <summary>The gradient of <see cref="SoftmaxRows"/>: dx = y∘(dy − y·dy); of the logarithm: dx = dy − e^y Σ dy.</summary>
internal unsafe struct SoftmaxRowsGradient : ISimdKernel
{
    public required float* Y, GradientY, GradientX;
    public required int Rows, Columns;
    public required bool Logarithm;

    public readonly void Run<S, V>()
        where S : struct, ISimd<V>
        where V : struct => Parallelism.ForRange(Rows, RowRange.Grain(Columns), new Range<S, V>(this));

    private readonly struct Range<S, V>(SoftmaxRowsGradient a) : IParallelRange
        where S : struct, ISimd<V>
        where V : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int start, int end)
        {
            int columns = a.Columns;
            for (int r = start; r < end; r++)
            {
                nint at = (nint)r * columns;
                float* y = a.Y + at, dy = a.GradientY + at, dx = a.GradientX + at;
                var gradient = new ReadOnlySpan<float>(dy, columns);
                float total = a.Logarithm ? TensorPrimitives.Sum(gradient) : TensorPrimitives.Dot(new ReadOnlySpan<float>(y, columns), gradient);
                V t = S.Create(total);
                for (int j = 0; j < columns; j += S.Lanes)
                {
                    V value = RowVector.Load<S, V>(y, j, columns, 0), g = RowVector.Load<S, V>(dy, j, columns, 0);
                    V result = a.Logarithm ? S.Subtract(g, S.Multiply(SimdMath.Exp<S, V>(value), t)) : S.Multiply(value, S.Subtract(g, t));
                    RowVector.Store<S, V>(result, dx, j, columns);
                }
            }
        }
    }
}
