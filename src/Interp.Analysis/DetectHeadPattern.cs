namespace Interp;

/// <summary>The target patterns of TransformerLens's <c>detect_head</c>.</summary>
public enum DetectHeadPattern
{
    /// <summary>Ones right below the diagonal.</summary>
    PreviousToken,

    /// <summary>Ones where an earlier token is the query's.</summary>
    DuplicateToken,

    /// <summary>The duplicate-token pattern moved one key to the right, without the first key and what lies above the diagonal.</summary>
    Induction,
}
