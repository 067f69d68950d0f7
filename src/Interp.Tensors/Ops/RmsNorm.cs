namespace Interp;

public static partial class Ops
{
    /// <summary>Root-mean-square norm: x / √(mean(x²) + eps) · weight, over the last axis.</summary>
    /// <param name="x">[..., d]</param>
    /// <param name="weight">[d], or null for 1.</param>
    /// <param name="eps">Added to the mean square.</param>
    /// <param name="scale">That root, [..., 1], cut from the graph: the gradient takes it as the function of x that it is.</param>
    /// <returns>[..., d]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor RmsNorm(Tensor x, Tensor? weight, float eps, out Tensor scale) =>
        RowNorm.Forward(nameof(RmsNorm), centred: false, x, weight, bias: null, eps, out scale);
}
