namespace Interp;

public static partial class Ops
{
    /// <summary>a + b, with NumPy's broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with <paramref name="a"/>'s.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Add(Tensor a, Tensor b)
    {
        Tensor result = Broadcasting.Map<AddFunction>(a, b, nameof(Add));
        return Autograd.Records(a, b) ? result.Record(new AddNode(a, b)) : result;
    }

    private sealed class AddNode(Tensor a, Tensor b) : GradNode(a, b)
    {
        private readonly int[] _shapeA = a.ShapeArray;
        private readonly int[] _shapeB = b.ShapeArray;

        protected override void Backward(Tensor gradient)
        {
            if (Wants(0)) Send(0, Broadcasting.SumTo(gradient, _shapeA));
            if (Wants(1)) Send(1, Broadcasting.SumTo(gradient, _shapeB));
        }
    }
}
