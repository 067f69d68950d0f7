namespace Interp.Kernels;

/// <summary>Previous-token attention.</summary>
public static class PreviousToken
{
    /// <summary>The mean of the entries (i, i − 1), on ordinary data.</summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <returns>In [0, 1]; NaN for a sequence of one token. Uniform attention over T positions scores about ln(T)/T.</returns>
    public static float Score<TPattern>(TPattern pattern)
        where TPattern : struct, IPatternView =>
        OffsetAttention.Score(pattern, 1);
}
