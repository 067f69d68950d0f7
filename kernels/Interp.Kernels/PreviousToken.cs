namespace Interp.Kernels;

/// <summary>Previous-token attention, pattern[i, i − 1], on ordinary data: <see cref="OffsetAttention"/> one position back.</summary>
/// <remarks>In [0, 1]; NaN for a sequence of one token. Uniform attention over T positions scores about ln(T)/T.</remarks>
public readonly struct PreviousToken : IQueryScore
{
    /// <inheritdoc/>
    public bool TryScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int query, TRows rows, out float value)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums =>
        new OffsetAttention(1).TryScore(pattern, tokens, query, rows, out value);
}
