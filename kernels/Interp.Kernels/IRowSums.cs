namespace Interp.Kernels;

/// <summary>The sums over a row that the scores are made of: <see cref="ScalarRows"/> runs anywhere, <see cref="VectorRows"/> uses the CPU's SIMD.</summary>
public interface IRowSums
{
    /// <summary>How many of the tokens 0 ≤ i &lt; <paramref name="count"/> are <paramref name="token"/>.</summary>
    int Count<TTokens>(TTokens tokens, int count, int token)
        where TTokens : struct, ITokenView;

    /// <summary>Σ pattern[query, i + shift] over the i in [<paramref name="first"/>, <paramref name="end"/>) with tokens[i] = <paramref name="token"/>.</summary>
    float SumWhere<TPattern, TTokens>(TPattern pattern, int query, int shift, TTokens tokens, int first, int end, int token)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView;

    /// <summary>−Σ p ln p in nats over the first <paramref name="count"/> entries of a row.</summary>
    float Entropy<TPattern>(TPattern pattern, int query, int count)
        where TPattern : struct, IPatternView;
}
