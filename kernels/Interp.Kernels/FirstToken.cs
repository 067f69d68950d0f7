namespace Interp.Kernels;

/// <summary>First-token attention: where heads rest that have nothing to do.</summary>
public static class FirstToken
{
    /// <summary>The mean over all queries of pattern[q, 0].</summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <returns>In [0, 1]. The first query can see nothing else and counts 1.</returns>
    public static float Score<TPattern>(TPattern pattern)
        where TPattern : struct, IPatternView
    {
        float total = 0;
        for (int q = 0; q < pattern.Queries; q++) total += pattern[q, 0];
        return total / pattern.Queries;
    }
}
