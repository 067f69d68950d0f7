using System.Globalization;

namespace Interp;

/// <summary>All scores of one head, and the kind that they make it.</summary>
/// <remarks>The definitions are those of Olsson et al. 2022; each property names the choice made where the paper's wordings disagree.</remarks>
public sealed record HeadScore
{
    /// <summary>The head's layer.</summary>
    public required int Layer { get; init; }

    /// <summary>The head's number in its layer.</summary>
    public required int Head { get; init; }

    /// <summary>What the head mostly does.</summary>
    public HeadKind Kind { get; init; }

    /// <summary>Attention to the positions that follow earlier occurrences of the query's token, on BOS + 25 random tokens × 4 (queries in repeats 2–4).</summary>
    public required double PrefixMatching { get; init; }

    /// <summary>The literal "−1" reading: attention to the positions before earlier occurrences, on the same sequences.</summary>
    public required double PrefixMatchingPredecessor { get; init; }

    /// <summary><see cref="PrefixMatching"/> averaged over several periods: a head that attends a fixed number of positions back scores at one of them only.</summary>
    public required double PrefixMatchingVaried { get; init; }

    /// <summary>The least <see cref="PrefixMatching"/> of the periods tried.</summary>
    public required double PrefixMatchingLowest { get; init; }

    /// <summary>2a/A − 1: the share of the logit raise that falls on attended tokens (<see cref="Kernels.Copying.Score"/>).</summary>
    public required double Copying { get; init; }

    /// <summary>4a/(a + A) − 1, the other reading (<see cref="Kernels.Copying.AlternativeScore"/>).</summary>
    public required double CopyingAlternative { get; init; }

    /// <summary>Positive where attended tokens are raised, negative where they are lowered (<see cref="Kernels.Copying.SignedScore"/>): the sign that the kinds use.</summary>
    public required double CopyingSigned { get; init; }

    /// <summary>Attention to the previous position, on ordinary data.</summary>
    public required double PreviousToken { get; init; }

    /// <summary>Attention to earlier occurrences of the same token, on the repeated sequences.</summary>
    public required double DuplicateToken { get; init; }

    /// <summary>Attention to position 0, on ordinary data.</summary>
    public required double FirstToken { get; init; }

    /// <summary>Mean entropy of the attention rows in nats, on ordinary data.</summary>
    public required double Entropy { get; init; }

    /// <summary>The number of positions back (2 or more) that gets most attention on ordinary data.</summary>
    public required int BestOffset { get; init; }

    /// <summary>The mean attention <see cref="BestOffset"/> positions back.</summary>
    public required double BestOffsetAttention { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Layer}.{Head} {Kind}: prefix matching {PrefixMatching:f3} (varied {PrefixMatchingVaried:f3}), copying {CopyingSigned:f3}, previous token {PreviousToken:f3}, duplicate token {DuplicateToken:f3}, first token {FirstToken:f3}");
}
