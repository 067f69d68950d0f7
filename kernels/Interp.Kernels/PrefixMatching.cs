namespace Interp.Kernels;

/// <summary>
/// Prefix matching, Σ { pattern[q, k + 1] : k + 1 &lt; q, tokens[k] = tokens[q] }: the attention from each query to every earlier position that
/// <em>follows</em> an earlier occurrence of its token (Olsson et al. 2022, head activation evaluators).
/// </summary>
/// <remarks>In [0, 1]; NaN where no query has such a position. A query without one has no value.</remarks>
/// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
public readonly struct PrefixMatching(int firstQuery) : IQueryScore
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
        // An occurrence right before the query is followed by the query itself, which is not an earlier position.
        int end = position - 1;
        int token = tokens[position];
        if (end <= 0 || rows.Count(tokens, end, token) == 0) return false;
        value = rows.SumWhere(pattern, query, 1, tokens, 0, end, token);
        return true;
    }
}
