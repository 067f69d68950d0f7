namespace Interp;

/// <summary>What activation patching replaces.</summary>
public enum PatchComponent
{
    /// <summary>The residual stream before a block, by position.</summary>
    ResidPre,

    /// <summary>The residual stream between attention and MLP, by position.</summary>
    ResidMid,

    /// <summary>What the attention adds, by position.</summary>
    AttentionOut,

    /// <summary>What the MLP adds, by position.</summary>
    MlpOut,

    /// <summary>A head's output z.</summary>
    HeadOutput,

    /// <summary>A head's queries.</summary>
    HeadQuery,

    /// <summary>A head's keys (a key-value head's, with grouped queries).</summary>
    HeadKey,

    /// <summary>A head's values (a key-value head's, with grouped queries).</summary>
    HeadValue,

    /// <summary>A head's attention pattern (by position: of one query).</summary>
    HeadPattern,
}
