namespace Interp.Kernels;

/// <summary>Duplicate-token attention: from each query to earlier occurrences of the same token.</summary>
public static class DuplicateToken
{
    /// <summary>The mean over queries of Σ { pattern[q, k] : k &lt; q, tokens[k] = tokens[q] }, on repeated sequences.</summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="tokens">The sequence, one id a key.</param>
    /// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
    /// <param name="rows">How rows are summed.</param>
    /// <returns>In [0, 1]; NaN where no token occurs twice. Queries whose token is new are left out of the mean.</returns>
    public static float Score<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int firstQuery, TRows rows)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums
    {
        float total = 0;
        int queries = 0;
        int offset = pattern.Keys - pattern.Queries;
        for (int q = firstQuery; q < pattern.Queries; q++)
        {
            int position = q + offset;
            int token = tokens[position];
            if (rows.Count(tokens, position, token) == 0) continue;
            total += rows.SumWhere(pattern, q, 0, tokens, 0, position, token);
            queries++;
        }
        return queries == 0 ? float.NaN : total / queries;
    }

    /// <inheritdoc cref="Score{TPattern, TTokens, TRows}"/>
    public static float Score<TPattern, TTokens>(TPattern pattern, TTokens tokens, int firstQuery)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView =>
        Score(pattern, tokens, firstQuery, default(ScalarRows));
}
