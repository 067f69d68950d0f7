namespace Interp.Kernels;

/// <summary>How spread a head's attention is: −Σ_k p ln p in nats, with 0 ln 0 = 0.</summary>
/// <remarks>0 where every query attends to one key; ln(n) for a row that is uniform over n keys.</remarks>
public readonly struct AttentionEntropy : IQueryScore
{
    /// <inheritdoc/>
    public bool TryScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int query, TRows rows, out float value)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums
    {
        value = rows.Entropy(pattern, query, query + pattern.Keys - pattern.Queries + 1);
        return true;
    }
}
