namespace Interp.Kernels;

/// <summary>What the copying scores are made of (see <see cref="Copying"/>), summed over queries.</summary>
/// <param name="Attended">a = Σ p max(ℓ, 0): the attention-weighted raise.</param>
/// <param name="Lowered">Σ p max(−ℓ, 0): the attention-weighted lowering.</param>
/// <param name="Total">A = Σ max(ℓ, 0): the raise on all tokens.</param>
public readonly record struct CopyingSums(float Attended, float Lowered, float Total)
{
    /// <summary>The sums over the queries of both.</summary>
    public static CopyingSums operator +(CopyingSums left, CopyingSums right) =>
        new(left.Attended + right.Attended, left.Lowered + right.Lowered, left.Total + right.Total);
}
