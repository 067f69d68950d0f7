namespace Interp.Blocks;

/// <summary>The residual stream to logits, x W_U + b_U; tied models use W_Eᵀ as W_U.</summary>
internal sealed class Unembedding
{
    private readonly Tensor _wU;
    private readonly bool _transposed;
    private readonly Tensor? _bU;

    public Unembedding(Blueprint model, Tensor embedding)
    {
        TransformerConfig c = model.Config;
        _transposed = c.TiedEmbeddings;
        _wU = c.TiedEmbeddings ? embedding : model.Parameter("unembed.W_U", c.DModel, c.Vocabulary);
        _bU = model.Parameter(c.UnembedBias, "unembed.b_U", c.Vocabulary);
    }

    public Tensor Forward(Tensor x)                                                 // [b, p, d] → [b, p, V]
    {
        if (!_transposed) return Ops.Linear(x, _wU, _bU);
        Tensor logits = Ops.MatMul(x, _wU, transposeB: true);
        return _bU is null ? logits : logits + _bU;
    }

    /// <summary>−log softmax(logits)[target] a position, 0 where the target is negative; the logits are never stored.</summary>
    public Tensor Losses(Tensor x, ReadOnlySpan<int> targets) =>                    // [b, p, d] → [b, p]
        Ops.UnembedCrossEntropy(x, _wU, _bU, targets, _transposed);

    /// <summary>The mean of <see cref="Losses"/> over targets that are not negative.</summary>
    public Tensor MeanLoss(Tensor x, ReadOnlySpan<int> targets) =>                  // [b, p, d] → []
        Ops.UnembedCrossEntropyMean(x, _wU, _bU, targets, _transposed);
}
