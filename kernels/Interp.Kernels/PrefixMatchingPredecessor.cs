namespace Interp.Kernels;

/// <summary>
/// The literal "−1" wording of the paper, a secondary number: Σ { pattern[q, k − 1] : 1 ≤ k &lt; q, tokens[k] = tokens[q] }, the attention to
/// the token <em>before</em> each earlier occurrence. <see cref="PrefixMatching"/> is the score that the rest of this project means.
/// </summary>
/// <remarks>In [0, 1]; NaN where no query has such a position.</remarks>
/// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
public readonly struct PrefixMatchingPredecessor(int firstQuery) : IQueryScore
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
        int earlier = rows.Count(tokens, position, token);
        // An occurrence at the very start has no predecessor.
        if (position > 0 && tokens[0] == token) earlier--;
        if (earlier <= 0) return false;
        value = rows.SumWhere(pattern, query, -1, tokens, 1, position, token);
        return true;
    }
}
