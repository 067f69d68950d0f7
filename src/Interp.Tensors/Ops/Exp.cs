using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>eˣ, element by element.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor Exp(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = Tensor.Allocate(x.ShapeArray);
        Elementwise.Map<ExpFunction>(x.Span, result.Span);
        return Autograd.Records(x) ? result.Record(new ExpNode(x, result)) : result;
    }

    private readonly struct ExpFunction : IUnaryFunction
    {
        public static V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : struct => SimdMath.Exp<S, V>(x);
    }

    private sealed class ExpNode(Tensor x, Tensor result) : GradNode(x)
    {
        protected override void Backward(Tensor gradient) => Send(0, Multiply(gradient, result));
    }
}
