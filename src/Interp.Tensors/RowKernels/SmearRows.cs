using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.RowKernels;

/// <summary>y_j = w·k_j + (1 − w)·k_{j−1} along the positions of [b, p, width], y_0 = k_0, with a weight a column; or the transpose of that map.</summary>
internal unsafe struct SmearRows : ISimdKernel
{
    /// <summary>The input and the result [b, p, width].</summary>
    public required float* X, Result;

    /// <summary>w and 1 − w, [width] each.</summary>
    public required float* Own, Previous;
    public required int Batch, Positions, Width;

    /// <summary>Applies the transpose: x_j = w·y_j + (1 − w)·y_{j+1}, where w is 1 at j = 0 and the second term is 0 at the end.</summary>
    public required bool Transposed;

    public readonly void Run<S, V>()
        where S : struct, ISimd<V>
        where V : struct => Parallelism.ForRange(Batch * Positions, RowRange.Grain(Width), new Range<S, V>(this));

    private readonly struct Range<S, V>(SmearRows a) : IParallelRange
        where S : struct, ISimd<V>
        where V : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int start, int end)
        {
            int width = a.Width;
            for (int row = start; row < end; row++)
            {
                int j = row % a.Positions;
                float* x = a.X + ((nint)row * width), y = a.Result + ((nint)row * width);
                // The row that is mixed in: the previous one, or the next for the transpose.
                bool alone = a.Transposed ? j == a.Positions - 1 : j == 0;
                float* other = alone ? null : a.Transposed ? x + width : x - width;
                for (int i = 0; i < width; i += S.Lanes)
                {
                    V value = RowVector.Load<S, V>(x, i, width, 0);
                    if (j > 0) value = S.Multiply(value, RowVector.Load<S, V>(a.Own, i, width, 0));
                    if (other != null)
                        value = S.MultiplyAdd(RowVector.Load<S, V>(other, i, width, 0), RowVector.Load<S, V>(a.Previous, i, width, 0), value);
                    RowVector.Store<S, V>(value, y, i, width);
                }
            }
        }
    }
}
