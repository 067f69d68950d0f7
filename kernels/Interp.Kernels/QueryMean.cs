namespace Interp.Kernels;

/// <summary>A head's score: the mean of an <see cref="IQueryScore"/> over the queries that have a value.</summary>
public static class QueryMean
{
    /// <summary>The mean over the queries of a pattern.</summary>
    /// <param name="score">The score; its fields are its parameters.</param>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="tokens">The sequence, one id a key; a score that does not look at tokens takes any.</param>
    /// <param name="rows">How rows are summed.</param>
    /// <returns>NaN where no query has a value.</returns>
    public static float Of<TScore, TPattern, TTokens, TRows>(TScore score, TPattern pattern, TTokens tokens, TRows rows)
        where TScore : struct, IQueryScore
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums
    {
        float total = 0;
        int queries = 0;
        for (int q = 0; q < pattern.Queries; q++)
        {
            if (!score.TryScore(pattern, tokens, q, rows, out float value)) continue;
            total += value;
            queries++;
        }
        return queries == 0 ? float.NaN : total / queries;
    }
}
