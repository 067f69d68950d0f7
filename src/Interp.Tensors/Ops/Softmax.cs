using Interp.RowKernels;
using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>Softmax over the last axis: y_j = e^{x_j} / Σ_k e^{x_k}; an entry −∞ becomes exactly 0.</summary>
    /// <param name="x">[..., n]</param>
    /// <remarks>A row of −∞ alone has no softmax: its result is not a number, as everywhere.</remarks>
    public static Tensor Softmax(Tensor x) => Softmax(x, logarithm: false);

    private static unsafe Tensor Softmax(Tensor x, bool logarithm)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = Tensor.Allocate(x.ShapeArray);
        fixed (float* px = x.Span, py = result.Span)
        {
            var kernel = new SoftmaxRows { X = px, Y = py, Rows = RowCount(x), Columns = x.LastSize, Logarithm = logarithm };
            SimdWidth.Run(ref kernel);
        }
        return Autograd.Records(x) ? result.Record(new SoftmaxNode(x, result.Detach(), logarithm)) : result;
    }

    /// <summary>The number of rows along the last axis.</summary>
    private static int RowCount(Tensor x) => x.Length == 0 ? 0 : x.Length / x.LastSize;

    private sealed class SoftmaxNode(Tensor x, Tensor y, bool logarithm) : GradNode(x)
    {
        protected override unsafe void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Allocate(y.ShapeArray);
            fixed (float* py = y.Span, pdy = gradient.Span, pdx = dx.Span)
            {
                var kernel = new SoftmaxRowsGradient
                {
                    Y = py,
                    GradientY = pdy,
                    GradientX = pdx,
                    Rows = RowCount(y),
                    Columns = y.LastSize,
                    Logarithm = logarithm,
                };
                SimdWidth.Run(ref kernel);
            }
            Send(0, dx);
        }
    }
}
