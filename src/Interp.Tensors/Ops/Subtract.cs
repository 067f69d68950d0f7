namespace Interp;

public static partial class Ops
{
    /// <summary>a − b, with NumPy's broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with <paramref name="a"/>'s.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Subtract(Tensor a, Tensor b)
    {
        Tensor result = Broadcasting.Map<SubtractFunction>(a, b, nameof(Subtract));
        return Autograd.Records(a, b) ? result.Record(new SubtractNode(a, b)) : result;
    }

    private sealed class SubtractNode(Tensor a, Tensor b) : GradNode(a, b)
    {
        private readonly int[] _shapeA = a.ShapeArray;
        private readonly int[] _shapeB = b.ShapeArray;

        protected override void Backward(Tensor gradient)
        {
            if (Wants(0)) Send(0, Broadcasting.SumTo(gradient, _shapeA));
            if (Wants(1)) Send(1, Scale(Broadcasting.SumTo(gradient, _shapeB), -1));
        }
    }
}
