namespace Interp;

/// <summary>The sort of input that a path ends in.</summary>
public enum PathInput
{
    /// <summary>A head's queries.</summary>
    Query,

    /// <summary>A head's keys.</summary>
    Key,

    /// <summary>A head's values.</summary>
    Value,

    /// <summary>An MLP.</summary>
    Mlp,

    /// <summary>The final norm and unembedding.</summary>
    Logits,
}
