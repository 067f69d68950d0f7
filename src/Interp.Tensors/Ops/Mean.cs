namespace Interp;

public static partial class Ops
{
    /// <summary>The mean of all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Mean(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return SumAll(x, 1f / x.Length);
    }

    /// <summary>The mean over one axis.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">Negative counts from the end.</param>
    /// <param name="keepAxis">Keeps the axis with size 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor Mean(Tensor x, int axis, bool keepAxis = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        return SumAxis(x, axis, keepAxis, 1f / x.Shape[TensorShape.Axis(axis, x.Shape)]);
    }
}
