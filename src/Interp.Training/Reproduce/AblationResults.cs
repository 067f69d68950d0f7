namespace Interp.Reproduce;

/// <summary>What is left of the in-context score when heads are ablated together, all attention patterns kept ([O]'s pattern-preserving ablation).</summary>
public sealed record AblationResults
{
    /// <summary>The in-context score without ablation, on the rows used here.</summary>
    public required double InContextScore { get; init; }

    /// <summary>The induction heads: "layer.head", by falling prefix matching.</summary>
    public required IReadOnlyList<string> InductionHeads { get; init; }

    /// <summary>The score with them ablated; the score itself where there are none.</summary>
    public required double InductionScore { get; init; }

    /// <summary>1 − <see cref="InductionScore"/> / <see cref="InContextScore"/>: the fraction of the score that they carry.</summary>
    public required double InductionRemoved { get; init; }

    /// <summary>The other heads that are ablated for comparison: as many as there are, at most as many as induction heads; each set drawn at random.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> OtherHeads { get; init; }

    /// <summary>The mean score over these sets.</summary>
    public required double OtherScore { get; init; }

    /// <summary>1 − <see cref="OtherScore"/> / <see cref="InContextScore"/>.</summary>
    public required double OtherRemoved { get; init; }
}
