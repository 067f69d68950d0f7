namespace Interp;

/// <summary>The norm before each sublayer and before the unembedding.</summary>
public enum NormKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>LayerNorm with gain and bias.</summary>
    LayerNorm,

    /// <summary>LayerNorm without gain and bias (after folding).</summary>
    LayerNormPre,

    /// <summary>Root-mean-square norm with gain.</summary>
    Rms,

    /// <summary>Root-mean-square norm without gain (after folding).</summary>
    RmsPre,
}
