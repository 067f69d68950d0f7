namespace Interp;

/// <summary>From which scores on a head gets its kind. The first rule that holds decides, in the order of the properties.</summary>
public sealed record HeadThresholds
{
    /// <summary>The least <see cref="HeadScore.PrefixMatchingVaried"/> of an induction (or anti-copying prefix search) head. Heads that search no prefix stay below 0.1.</summary>
    public double PrefixMatching { get; init; } = 0.3;

    /// <summary>The least <see cref="HeadScore.PrefixMatchingLowest"/> of such a head: it must work at every period.</summary>
    public double PrefixMatchingLowest { get; init; } = 0.15;

    /// <summary><see cref="HeadScore.CopyingSigned"/> above this makes a prefix-matching head an induction head; below its negative, an anti-copying one.</summary>
    public double Copying { get; init; }

    /// <summary>The least <see cref="HeadScore.PreviousToken"/> of a previous-token head. Uniform attention scores 0.09 over 50 positions, 0.05 over 100.</summary>
    public double PreviousToken { get; init; } = 0.15;

    /// <summary>The least <see cref="HeadScore.DuplicateToken"/> of a duplicate-token head.</summary>
    public double DuplicateToken { get; init; } = 0.3;

    /// <summary>The least <see cref="HeadScore.BestOffsetAttention"/> of a positional decoy.</summary>
    public double Offset { get; init; } = 0.4;

    /// <summary>The least <see cref="HeadScore.FirstToken"/> of a first-token head.</summary>
    public double FirstToken { get; init; } = 0.5;

    /// <summary>The kind of a head with these scores.</summary>
    public HeadKind Classify(HeadScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        if (score.PrefixMatchingVaried >= PrefixMatching && score.PrefixMatchingLowest >= PrefixMatchingLowest)
        {
            if (score.CopyingSigned > Copying) return HeadKind.Induction;
            if (score.CopyingSigned < -Copying) return HeadKind.AntiCopyingPrefixSearch;
        }
        if (score.PreviousToken >= PreviousToken) return HeadKind.PreviousToken;
        if (score.DuplicateToken >= DuplicateToken) return HeadKind.DuplicateToken;
        if (score.BestOffsetAttention >= Offset) return HeadKind.PositionalDecoy;
        return score.FirstToken >= FirstToken ? HeadKind.FirstToken : HeadKind.Other;
    }
}
