namespace Interp.Kernels;

/// <summary>Row sums in plain loops through the views' indexers: for GPU kernels, and the reference for <see cref="VectorRows"/>.</summary>
public readonly struct ScalarRows : IRowSums
{
    /// <summary>Keeps ln p finite at p = 0, where p ln p counts as 0.</summary>
    internal const float Tiny = 1e-30f;

    /// <summary>ln x. A method of its own so that a device's compiler can put its own logarithm in its place.</summary>
    public static float Log(float x) => MathF.Log(x);

    /// <inheritdoc/>
    public int Count<TTokens>(TTokens tokens, int count, int token)
        where TTokens : struct, ITokenView
    {
        int found = 0;
        for (int i = 0; i < count; i++)
            if (tokens[i] == token) found++;
        return found;
    }

    /// <inheritdoc/>
    public float SumWhere<TPattern, TTokens>(TPattern pattern, int query, int shift, TTokens tokens, int first, int end, int token)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
    {
        float sum = 0;
        for (int i = first; i < end; i++)
            if (tokens[i] == token) sum += pattern[query, i + shift];
        return sum;
    }

    /// <inheritdoc/>
    public float Entropy<TPattern>(TPattern pattern, int query, int count)
        where TPattern : struct, IPatternView
    {
        float sum = 0;
        for (int k = 0; k < count; k++)
        {
            float p = pattern[query, k];
            sum -= p * Log(p + Tiny);
        }
        return sum;
    }
}
