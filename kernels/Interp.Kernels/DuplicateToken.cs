namespace Interp.Kernels;

/// <summary>Duplicate-token attention, Σ { pattern[q, k] : k &lt; q, tokens[k] = tokens[q] }: from each query to earlier occurrences of its token.</summary>
/// <remarks>In [0, 1], on repeated sequences; NaN where no token occurs twice. A query whose token is new has no value.</remarks>
/// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
public readonly struct DuplicateToken(int firstQuery) : IQueryScore
{
    /// <inheritdoc/>
    public bool TryScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int query, TRows rows, out float value)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums
    {
        value = 0;
        if (query < firstQuery) return false;
        int position = query + pattern.Keys - pattern.Queries;
        int token = tokens[position];
        if (rows.Count(tokens, position, token) == 0) return false;
        value = rows.SumWhere(pattern, query, 0, tokens, 0, position, token);
        return true;
    }
}
