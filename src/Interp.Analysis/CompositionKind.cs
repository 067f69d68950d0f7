namespace Interp;

/// <summary>Which input of a later head an earlier head writes to.</summary>
public enum CompositionKind
{
    /// <summary>Its queries.</summary>
    Q,

    /// <summary>Its keys.</summary>
    K,

    /// <summary>Its values.</summary>
    V,
}
