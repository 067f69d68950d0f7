namespace Interp;

public sealed partial class Tensor
{
    /// <inheritdoc cref="Ops.Add"/>
    public static Tensor operator +(Tensor a, Tensor b) => Ops.Add(a, b);

    /// <summary>Adds <paramref name="b"/> to every element.</summary>
    public static Tensor operator +(Tensor a, float b) => Ops.Add(a, Full(b));

    /// <inheritdoc cref="Ops.Subtract"/>
    public static Tensor operator -(Tensor a, Tensor b) => Ops.Subtract(a, b);

    /// <summary>Subtracts <paramref name="b"/> from every element.</summary>
    public static Tensor operator -(Tensor a, float b) => Ops.Add(a, Full(-b));

    /// <summary>−x</summary>
    public static Tensor operator -(Tensor x) => Ops.Scale(x, -1);

    /// <inheritdoc cref="Ops.Multiply"/>
    public static Tensor operator *(Tensor a, Tensor b) => Ops.Multiply(a, b);

    /// <inheritdoc cref="Ops.Scale"/>
    public static Tensor operator *(Tensor x, float factor) => Ops.Scale(x, factor);

    /// <inheritdoc cref="Ops.Scale"/>
    public static Tensor operator *(float factor, Tensor x) => Ops.Scale(x, factor);

    /// <inheritdoc cref="Ops.Divide"/>
    public static Tensor operator /(Tensor a, Tensor b) => Ops.Divide(a, b);

    /// <summary>Divides every element by <paramref name="divisor"/>.</summary>
    public static Tensor operator /(Tensor x, float divisor) => Ops.Scale(x, 1 / divisor);
}
