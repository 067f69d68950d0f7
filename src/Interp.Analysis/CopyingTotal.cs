namespace Interp;

/// <summary>Which raise a copying score compares the attended tokens' raise with.</summary>
public enum CopyingTotal
{
    /// <summary>The raise on all tokens of the sample (the definition used here).</summary>
    Sample,

    /// <summary>The raise on the whole vocabulary; the logits are streamed, never stored.</summary>
    Vocabulary,
}
