namespace Interp;

public static partial class Ops
{
    /// <summary>a·b element by element, with NumPy's broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with <paramref name="a"/>'s.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Multiply(Tensor a, Tensor b)
    {
        Tensor result = Broadcasting.Map<MultiplyFunction>(a, b, nameof(Multiply));
        return Autograd.Records(a, b) ? result.Record(new MultiplyNode(a, b)) : result;
    }

    private sealed class MultiplyNode(Tensor a, Tensor b) : GradNode(a, b)
    {
        protected override void Backward(Tensor gradient)
        {
            if (Wants(0)) Send(0, Broadcasting.SumTo(Multiply(gradient, b), a.ShapeArray));
            if (Wants(1)) Send(1, Broadcasting.SumTo(Multiply(gradient, a), b.ShapeArray));
        }
    }
}
