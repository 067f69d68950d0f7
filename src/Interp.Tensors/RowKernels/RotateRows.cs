using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.RowKernels;

/// <summary>Rotates pairs of elements by each position's angles: (a, b) becomes (a·cos − b·sin, b·cos + a·sin); the rest is copied.</summary>
internal unsafe struct RotateRows : ISimdKernel
{
    /// <summary>x and the result [b, p, h, e]; the tables [p, pairs].</summary>
    public required float* X, Cos, Sin, Result;
    public required int Batch, Positions, Heads, Width, Pairs;
    public required RotaryLayout Layout;

    /// <summary>1, or −1 to rotate back.</summary>
    public required float Direction;

    public readonly void Run<S, V>()
        where S : struct, ISimd<V>
        where V : struct => Parallelism.ForRange(Batch * Positions, RowRange.Grain(Heads * Width), new Range<S, V>(this));

    private readonly struct Range<S, V>(RotateRows a) : IParallelRange
        where S : struct, ISimd<V>
        where V : struct
    {
        public void Invoke(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                nint table = (nint)(row % a.Positions) * a.Pairs;
                for (int h = 0; h < a.Heads; h++)
                {
                    nint at = (((nint)row * a.Heads) + h) * a.Width;
                    if (a.Layout == RotaryLayout.Halves) Halves(a.X + at, a.Cos + table, a.Sin + table, a.Result + at);
                    else AdjacentPairs(a.X + at, a.Cos + table, a.Sin + table, a.Result + at);
                    int rest = a.Width - (2 * a.Pairs);
                    new ReadOnlySpan<float>(a.X + at + (2 * a.Pairs), rest).CopyTo(new Span<float>(a.Result + at + (2 * a.Pairs), rest));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Halves(float* x, float* cos, float* sin, float* y)
        {
            V direction = S.Create(a.Direction);
            for (int j = 0; j < a.Pairs; j += S.Lanes)
            {
                V first = RowVector.Load<S, V>(x, j, a.Pairs, 0), second = RowVector.Load<S, V>(x + a.Pairs, j, a.Pairs, 0);
                V c = RowVector.Load<S, V>(cos, j, a.Pairs, 0), s = S.Multiply(direction, RowVector.Load<S, V>(sin, j, a.Pairs, 0));
                RowVector.Store<S, V>(S.Subtract(S.Multiply(first, c), S.Multiply(second, s)), y, j, a.Pairs);
                RowVector.Store<S, V>(S.MultiplyAdd(second, c, S.Multiply(first, s)), y + a.Pairs, j, a.Pairs);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AdjacentPairs(float* x, float* cos, float* sin, float* y)
        {
            for (int j = 0; j < a.Pairs; j++)
            {
                float first = x[2 * j], second = x[(2 * j) + 1], s = a.Direction * sin[j];
                y[2 * j] = (first * cos[j]) - (second * s);
                y[(2 * j) + 1] = (second * cos[j]) + (first * s);
            }
        }
    }
}
