namespace Interp.Kernels;

/// <summary>Attention a fixed number of positions back, pattern[q, q − offset]: what a positional head does, whatever the tokens are.</summary>
/// <remarks>The mean is that of a diagonal, in [0, 1]; NaN where the sequence is not longer than the offset.</remarks>
/// <param name="offset">How many positions back: 0 is the query itself, 1 the previous token.</param>
public readonly struct OffsetAttention(int offset) : IQueryScore
{
    /// <inheritdoc/>
    public bool TryScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int query, TRows rows, out float value)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums
    {
        int key = query + pattern.Keys - pattern.Queries - offset;
        value = key < 0 ? 0 : pattern[query, key];
        return key >= 0;
    }
}
