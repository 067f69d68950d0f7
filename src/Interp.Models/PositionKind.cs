namespace Interp;

/// <summary>How positions enter a model.</summary>
public enum PositionKind
{
    /// <summary>A learned vector a position, added to the embedding.</summary>
    Learned,

    /// <summary>Queries and keys are rotated by their position.</summary>
    Rotary,

    /// <summary>A learned vector a position, added to the normalised inputs of queries and keys only (TransformerLens's toy models).</summary>
    Shortformer,

    /// <summary>None: the causal mask alone tells positions apart.</summary>
    None,
}
