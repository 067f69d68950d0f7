using Interp.RowKernels;
using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>Rotary positions: rotates pairs among the first dims elements of each head by its position's angles and copies the rest (Su et al. 2021, RoFormer).</summary>
    /// <param name="x">Queries or keys [b, p, h, e].</param>
    /// <param name="cos">Cosines [p, dims/2] of these positions' angles, dims ≤ e; a constant: it gets no gradient.</param>
    /// <param name="sin">Sines, of the same shape.</param>
    /// <param name="layout">Which elements make a pair.</param>
    /// <returns>[b, p, h, e]: each pair (a, b) is (a·cos − b·sin, b·cos + a·sin).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor Rotary(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(cos);
        ArgumentNullException.ThrowIfNull(sin);
        ReadOnlySpan<int> shape = x.Shape, table = cos.Shape;
        if (shape.Length != 4 || table.Length != 2 || !table.SequenceEqual(sin.Shape) || table[0] != shape[1] || 2 * table[1] > shape[3])
        {
            throw new ArgumentException(
                $"Rotary takes x [batch, position, head, d_head] and cos, sin [position, dims/2] with dims ≤ d_head; " +
                $"x is {TensorShape.Text(shape)}, cos {TensorShape.Text(table)}, sin {TensorShape.Text(sin.Shape)}.");
        }
        Tensor result = Rotate(x, cos, sin, layout, 1);
        return Autograd.Records(x) ? result.Record(new RotaryNode(x, cos.Detach(), sin.Detach(), layout)) : result;
    }

    private static unsafe Tensor Rotate(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout, float direction)
    {
        Tensor result = Tensor.Allocate(x.ShapeArray);
        fixed (float* px = x.Span, pc = cos.Span, ps = sin.Span, pr = result.Span)
        {
            var kernel = new RotateRows
            {
                X = px,
                Cos = pc,
                Sin = ps,
                Result = pr,
                Batch = x.Shape[0],
                Positions = x.Shape[1],
                Heads = x.Shape[2],
                Width = x.Shape[3],
                Pairs = cos.Shape[1],
                Layout = layout,
                Direction = direction,
            };
            SimdWidth.Run(ref kernel);
        }
        return result;
    }

    private sealed class RotaryNode(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout) : GradNode(x)
    {
        // A rotation's transpose is its inverse.
        protected override void Backward(Tensor gradient) => Send(0, Rotate(gradient, cos, sin, layout, -1));
    }
}
