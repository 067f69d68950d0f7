namespace Interp.Kernels;

/// <summary>First-token attention, pattern[q, 0]: where heads rest that have nothing to do.</summary>
/// <remarks>In [0, 1]. The first query can see nothing else and counts 1.</remarks>
public readonly struct FirstToken : IQueryScore
{
    /// <inheritdoc/>
    public bool TryScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int query, TRows rows, out float value)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums
    {
        value = pattern[query, 0];
        return true;
    }
}
