namespace Interp;

/// <summary>What a head mostly does, by its scores (see <see cref="HeadThresholds"/> for the rules, in the order of this list).</summary>
public enum HeadKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>Finds earlier occurrences of the current token, attends to what followed, and raises it: prefix matching at every period, and copying.</summary>
    Induction,

    /// <summary>Finds what followed earlier occurrences, and lowers it.</summary>
    AntiCopyingPrefixSearch,

    /// <summary>Attends to the previous position.</summary>
    PreviousToken,

    /// <summary>Attends to earlier occurrences of the current token.</summary>
    DuplicateToken,

    /// <summary>Attends a fixed number of positions back whatever the tokens are: at one period it looks like an induction head.</summary>
    PositionalDecoy,

    /// <summary>Attends to the first position.</summary>
    FirstToken,
}
