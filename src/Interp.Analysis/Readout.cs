namespace Interp;

/// <summary>What is read from the residual stream that leaves the last block. Tied unembeddings are read transposed, without a copy.</summary>
internal sealed class Readout(IHookedModel model)
{
    private readonly bool _tied = model.Config.TiedEmbeddings;
    private readonly Tensor _weight = model.Parameters[model.Config.TiedEmbeddings ? "embed.W_E" : "unembed.W_U"];
    private readonly Tensor? _bias = model.Config.UnembedBias ? model.Parameters["unembed.b_U"] : null;

    /// <summary>Losses [copies · batch, position − 1] of a final residual, differentiable; the logits are never stored.</summary>
    /// <param name="residual">[copies · batch, position, d_model]: copy after copy of the same rows.</param>
    /// <param name="tokens">[batch, position]</param>
    public Tensor Losses(Tensor residual, Tokens tokens)
    {
        int rows = residual.Shape[0], positions = tokens.Positions;
        int[] targets = new int[rows * (positions - 1)];
        for (int b = 0; b < rows; b++) tokens.Row(b % tokens.Batch)[1..].CopyTo(targets.AsSpan(b * (positions - 1)));
        Tensor predicting = Ops.Slice(FinalNorm.Apply(model, residual), 1, 0, positions - 1);
        return Ops.UnembedCrossEntropy(predicting, _weight, _bias, targets, _tied);
    }

    /// <summary>Logits [rows, positions, vocabulary] of a final residual, differentiable.</summary>
    public Tensor Logits(Tensor residual)
    {
        Tensor normed = FinalNorm.Apply(model, residual);
        if (!_tied) return Ops.Linear(normed, _weight, _bias);
        Tensor logits = Ops.MatMul(normed, _weight, transposeB: true);
        return _bias is null ? logits : logits + _bias;
    }
}
