using Interp.Weights;

namespace Interp;

/// <summary>Rewrites weights so that they are easier to interpret while the model computes the same (as TransformerLens's <c>process_weights</c>).</summary>
/// <example><code>HookedTransformer processed = new WeightProcessing().Apply(model);</code></example>
public sealed record WeightProcessing
{
    /// <summary>
    /// Gains and biases of norms move into the weights that read the normalised stream; for LayerNorm these are also centred over d_model, which LayerNorm's own
    /// centring makes free. The norms become <see cref="NormKind.LayerNormPre"/> or <see cref="NormKind.RmsPre"/>.
    /// </summary>
    public bool FoldNorms { get; init; } = true;

    /// <summary>What is written to the residual stream (W_E, W_pos, W_O, b_O, W_out, b_out) has mean 0 over d_model. Only LayerNorm ignores that mean: other models are left.</summary>
    public bool CentreWritingWeights { get; init; } = true;

    /// <summary>W_U and b_U have mean 0 over the vocabulary: logits move by a constant a position, log-probabilities stay.</summary>
    public bool CentreUnembedding { get; init; } = true;

    /// <summary>b_V moves into b_O, Σ_h b_V^h W_O^h: attention rows sum to 1.</summary>
    public bool FoldValueBiases { get; init; } = true;

    /// <summary>A new model with processed copies of the weights: equal log-probabilities (and logits, without <see cref="CentreUnembedding"/>) to rounding.</summary>
    /// <exception cref="NotSupportedException">The norms cannot be folded: shortformer positions are added after the norm; a gated MLP has no bias for the gate.</exception>
    public HookedTransformer Apply(HookedTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Folding folding = new(model);
        if (FoldNorms) folding.FoldNorms();
        if (CentreWritingWeights) folding.CentreWritingWeights();
        if (CentreUnembedding) folding.CentreUnembedding();
        if (FoldValueBiases) folding.FoldValueBiases();
        return folding.ToModel();
    }
}
