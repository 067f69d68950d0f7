namespace Interp.Reproduce;

/// <summary>What was measured of one model of a series.</summary>
public sealed record ModelResults
{
    /// <summary>The short name, such as <c>2-layer-smeared</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public required string Title { get; init; }

    /// <summary>How it was trained.</summary>
    public required TrainingConfig Training { get; init; }

    /// <summary>The measurements over training, the first before any update.</summary>
    public required IReadOnlyList<Snapshot> Snapshots { get; init; }

    /// <summary>The in-context score at the end.</summary>
    public required double InContextScore { get; init; }

    /// <summary>The window of the phase change; null where there is none.</summary>
    public required WindowResults? PhaseChange { get; init; }

    /// <summary>The head with the highest prefix matching at the end.</summary>
    public required HeadSnapshot BestHead { get; init; }

    /// <summary>What each head mostly does at the end, layer by layer.</summary>
    public required IReadOnlyList<HeadKind> Kinds { get; init; }

    /// <summary>Pattern-preserving ablation of the induction heads together, and of as many others, at the end.</summary>
    public required AblationResults Ablation { get; init; }

    /// <summary>
    /// [snapshot][head, layer by layer]: v · (per-token-loss vector with the head ablated − without), with v the unit vector from the losses at
    /// the window's start to those at its end (without a window: from the first snapshot to the last). Negative for heads that made the change.
    /// </summary>
    public required double[][] BeforeAfter { get; init; }

    /// <summary>[snapshot][2]: PC1 and PC2 of the per-token-loss vectors, in a basis common to all snapshots of all models.</summary>
    public required double[][] Trajectory { get; init; }

    /// <summary>Wall time of training and measuring, in seconds.</summary>
    public required double Seconds { get; init; }
}
