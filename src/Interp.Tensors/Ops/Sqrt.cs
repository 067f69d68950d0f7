using System.Numerics.Tensors;

namespace Interp;

public static partial class Ops
{
    /// <summary>√x, element by element.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor Sqrt(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = Tensor.Allocate(x.ShapeArray);
        TensorPrimitives.Sqrt(x.Span, result.Span);
        return Autograd.Records(x) ? result.Record(new SqrtNode(x, result)) : result;
    }

    private sealed class SqrtNode(Tensor x, Tensor result) : GradNode(x)
    {
        protected override void Backward(Tensor gradient) => Send(0, Divide(Scale(gradient, 0.5f), result));
    }
}
