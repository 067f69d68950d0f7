namespace Interp.Kernels;

/// <summary>Attention a fixed number of positions back: what a positional head does, whatever the tokens are.</summary>
public static class OffsetAttention
{
    /// <summary>The mean of pattern[q, q − offset] over every query that has that key: the mean of a diagonal.</summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="offset">How many positions back: 0 is the query itself, 1 the previous token.</param>
    /// <returns>In [0, 1]; NaN where the sequence is not longer than <paramref name="offset"/>.</returns>
    public static float Score<TPattern>(TPattern pattern, int offset)
        where TPattern : struct, IPatternView
    {
        float total = 0;
        int queries = 0;
        int shift = pattern.Keys - pattern.Queries - offset;
        for (int q = 0; q < pattern.Queries; q++)
        {
            if (q + shift < 0) continue;
            total += pattern[q, q + shift];
            queries++;
        }
        return queries == 0 ? float.NaN : total / queries;
    }
}
