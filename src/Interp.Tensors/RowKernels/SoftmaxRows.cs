using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.RowKernels;

/// <summary>Softmax or log-softmax of each row of a matrix.</summary>
internal unsafe struct SoftmaxRows : ISimdKernel
{
    public required float* X, Y;
    public required int Rows, Columns;

    /// <summary>Writes log-probabilities.</summary>
    public required bool Logarithm;

    public readonly void Run<S, V>()
        where S : struct, ISimd<V>
        where V : struct => Parallelism.ForRange(Rows, RowRange.Grain(Columns), new Range<S, V>(this));

    private readonly struct Range<S, V>(SoftmaxRows a) : IParallelRange
        where S : struct, ISimd<V>
        where V : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int start, int end)
        {
            int columns = a.Columns;
            for (int r = start; r < end; r++)
            {
                float* x = a.X + ((nint)r * columns), y = a.Y + ((nint)r * columns);
                float largest = LogSumExp.Largest<S, V>(x, null, columns);
                float sum = LogSumExp.Sum<S, V>(x, null, columns, largest, a.Logarithm ? null : y);
                // log-softmax subtracts twice, so that a large score does not swallow the logarithm's digits.
                V shift = S.Create(largest), log = S.Create(MathF.Log(sum)), inverse = S.Create(1 / sum);
                for (int j = 0; j < columns; j += S.Lanes)
                {
                    V value = RowVector.Load<S, V>(a.Logarithm ? x : y, j, columns, 0);
                    value = a.Logarithm ? S.Subtract(S.Subtract(value, shift), log) : S.Multiply(value, inverse);
                    RowVector.Store<S, V>(value, y, j, columns);
                }
            }
        }
    }
}
