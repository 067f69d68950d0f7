namespace Interp;

public static partial class Ops
{
    /// <summary>factor·x</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">A constant: no gradient flows to it.</param>
    public static Tensor Scale(Tensor x, float factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = Tensor.Allocate(x.ShapeArray);
        Elementwise.Map<MultiplyFunction>(x.Span, [factor], result.Span);
        return Autograd.Records(x) ? result.Record(new ScaleNode(x, factor)) : result;
    }

    private sealed class ScaleNode(Tensor x, float factor) : GradNode(x)
    {
        protected override void Backward(Tensor gradient) => Send(0, Scale(gradient, factor));
    }
}
