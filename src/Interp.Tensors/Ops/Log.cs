using System.Numerics.Tensors;

namespace Interp;

public static partial class Ops
{
    /// <summary>The natural logarithm, element by element.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor Log(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = Tensor.Allocate(x.ShapeArray);
        TensorPrimitives.Log(x.Span, result.Span);
        return Autograd.Records(x) ? result.Record(new LogNode(x)) : result;
    }

    private sealed class LogNode(Tensor x) : GradNode(x)
    {
        protected override void Backward(Tensor gradient) => Send(0, Divide(gradient, x));
    }
}
