namespace Interp;

public static partial class Ops
{
    /// <summary>Sum over heads of z[b, p, h]·weight[h], plus bias, plus residual, in one pass over the result.</summary>
    /// <param name="z">[batch, position, heads, d_head]</param>
    /// <param name="weight">[heads, d_head, d_model]</param>
    /// <param name="bias">[d_model]</param>
    /// <param name="residual">[batch, position, d_model], added last.</param>
    /// <returns>[batch, position, d_model]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor HeadOutput(Tensor z, Tensor weight, Tensor? bias = null, Tensor? residual = null)
    {
        CheckHeads(nameof(HeadOutput), z, weight);
        (int inputs, int outputs) = (weight.Shape[0] * weight.Shape[1], weight.Shape[2]);
        int[] shape = [.. z.Shape[..^2], outputs];
        CheckBias(nameof(HeadOutput), bias, outputs, "[d_model]");
        CheckResidual(nameof(HeadOutput), residual, shape);
        return new Projection(z.Length / Math.Max(1, inputs), inputs, outputs).Forward(z, weight, bias, Activation.None, residual, shape);
    }

    private static void CheckHeads(string operation, Tensor z, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 3 || z.Rank < 2 || z.Shape[^2] != weight.Shape[0] || z.Shape[^1] != weight.Shape[1])
            throw Misfit(operation, "z [batch, position, heads, d_head], weight [heads, d_head, d_model]", z, weight);
    }
}
