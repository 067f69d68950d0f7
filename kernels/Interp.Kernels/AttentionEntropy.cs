namespace Interp.Kernels;

/// <summary>How spread a head's attention is.</summary>
public static class AttentionEntropy
{
    /// <summary>The mean over queries of −Σ_k p ln p, in nats (0 ln 0 = 0).</summary>
    /// <param name="pattern">Attention [query, key], each row a distribution.</param>
    /// <param name="rows">How rows are summed.</param>
    /// <returns>0 where every query attends to one key; ln(n) for a row that is uniform over n keys.</returns>
    public static float Score<TPattern, TRows>(TPattern pattern, TRows rows)
        where TPattern : struct, IPatternView
        where TRows : struct, IRowSums
    {
        float total = 0;
        int offset = pattern.Keys - pattern.Queries;
        for (int q = 0; q < pattern.Queries; q++) total += rows.Entropy(pattern, q, q + offset + 1);
        return total / pattern.Queries;
    }

    /// <inheritdoc cref="Score{TPattern, TRows}"/>
    public static float Score<TPattern>(TPattern pattern)
        where TPattern : struct, IPatternView =>
        Score(pattern, default(ScalarRows));
}
