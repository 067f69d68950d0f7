namespace Interp.Kernels;

/// <summary>Prefix matching: attention from each query to what came after earlier occurrences of its token (Olsson et al. 2022, head activation evaluators).</summary>
public static class PrefixMatching
{
    /// <summary>
    /// The mean over queries of Σ { pattern[q, k + 1] : k + 1 &lt; q, tokens[k] = tokens[q] }: the attention to every earlier position that
    /// <em>follows</em> an earlier occurrence of the query's token.
    /// </summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="tokens">The sequence, one id a key.</param>
    /// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
    /// <param name="rows">How rows are summed.</param>
    /// <returns>In [0, 1]; NaN where no query has such a position. Queries without one are left out of the mean.</returns>
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
            // An occurrence right before the query is followed by the query itself, which is not an earlier position.
            int end = q + offset - 1;
            int token = tokens[q + offset];
            if (end <= 0 || rows.Count(tokens, end, token) == 0) continue;
            total += rows.SumWhere(pattern, q, 1, tokens, 0, end, token);
            queries++;
        }
        return queries == 0 ? float.NaN : total / queries;
    }

    /// <inheritdoc cref="Score{TPattern, TTokens, TRows}"/>
    public static float Score<TPattern, TTokens>(TPattern pattern, TTokens tokens, int firstQuery)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView =>
        Score(pattern, tokens, firstQuery, default(ScalarRows));

    /// <summary>
    /// The literal "−1" wording of the paper, a secondary number: the mean over queries of Σ { pattern[q, k − 1] : 1 ≤ k &lt; q,
    /// tokens[k] = tokens[q] }, the attention to the token <em>before</em> each earlier occurrence.
    /// </summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="tokens">The sequence, one id a key.</param>
    /// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
    /// <param name="rows">How rows are summed.</param>
    /// <returns>In [0, 1]; NaN where no query has such a position.</returns>
    public static float PredecessorScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int firstQuery, TRows rows)
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
            int earlier = rows.Count(tokens, position, token);
            // An occurrence at the very start has no predecessor.
            if (position > 0 && tokens[0] == token) earlier--;
            if (earlier <= 0) continue;
            total += rows.SumWhere(pattern, q, -1, tokens, 1, position, token);
            queries++;
        }
        return queries == 0 ? float.NaN : total / queries;
    }

    /// <inheritdoc cref="PredecessorScore{TPattern, TTokens, TRows}"/>
    public static float PredecessorScore<TPattern, TTokens>(TPattern pattern, TTokens tokens, int firstQuery)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView =>
        PredecessorScore(pattern, tokens, firstQuery, default(ScalarRows));
}
