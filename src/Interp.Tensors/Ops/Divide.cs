namespace Interp;

public static partial class Ops
{
    /// <summary>a / b element by element, with NumPy's broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with <paramref name="a"/>'s.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Divide(Tensor a, Tensor b)
    {
        Tensor result = Broadcasting.Map<DivideFunction>(a, b, nameof(Divide));
        return Autograd.Records(a, b) ? result.Record(new DivideNode(a, b, result)) : result;
    }

    private sealed class DivideNode(Tensor a, Tensor b, Tensor quotient) : GradNode(a, b)
    {
        protected override void Backward(Tensor gradient)
        {
            Tensor overB = Divide(gradient, b);
            if (Wants(1)) Send(1, Broadcasting.SumTo(Scale(Multiply(overB, quotient), -1), b.ShapeArray));
            if (Wants(0)) Send(0, Broadcasting.SumTo(overB, a.ShapeArray));
        }
    }
}
