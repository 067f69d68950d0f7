namespace Interp;

/// <summary>How much is measured at each snapshot.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The number of evaluation rows behind the loss, the loss by index, the in-context score and the per-token-loss vector.</summary>
    public int Examples { get; init; } = 256;

    /// <summary>The number of these rows (the first ones) on which heads are ablated; 0 ablates none.</summary>
    public int AblationExamples { get; init; } = 64;

    /// <summary>The number of random repeated sequences behind the prefix-matching and copying scores, at least 10.</summary>
    public int RepeatedSequences { get; init; } = 12;
}
