namespace Interp;

public static partial class Ops
{
    /// <summary>Layer norm: (x − mean) / √(mean((x − mean)²) + eps) · weight + bias, over the last axis.</summary>
    /// <param name="x">[..., d]</param>
    /// <param name="weight">[d], or null for 1.</param>
    /// <param name="bias">[d], or null for 0.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="scale">That root, [..., 1], cut from the graph: the gradient takes it as the function of x that it is.</param>
    /// <returns>[..., d]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor LayerNorm(Tensor x, Tensor? weight, Tensor? bias, float eps, out Tensor scale) =>
        RowNorm.Forward(nameof(LayerNorm), centred: true, x, weight, bias, eps, out scale);
}
