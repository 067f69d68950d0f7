namespace Interp;

/// <summary>What is read from the residual stream that leaves the last block.</summary>
internal static class Readout
{
    /// <summary>Losses [batch, position − 1] of a final residual [batch, position, d_model], differentiable; the logits are never stored.</summary>
    /// <param name="model">The model.</param>
    /// <param name="residual">[copies · batch, position, d_model]: copy after copy of the same rows.</param>
    /// <param name="tokens">[batch, position]</param>
    public static Tensor Losses(IHookedModel model, Tensor residual, Tokens tokens)
    {
        int rows = residual.Shape[0], positions = tokens.Positions;
        int[] targets = new int[rows * (positions - 1)];
        for (int b = 0; b < rows; b++) tokens.Row(b % tokens.Batch)[1..].CopyTo(targets.AsSpan(b * (positions - 1)));
        Tensor predicting = Ops.Slice(FinalNorm.Apply(model, residual), 1, 0, positions - 1);
        return Ops.UnembedCrossEntropy(predicting, model.Parameters["unembed.W_U"], model.Parameters.GetValueOrDefault("unembed.b_U"), targets);
    }
}
