using System.Numerics;
using System.Runtime.CompilerServices;

namespace Interp.Kernels;

/// <summary>Row sums with the CPU's SIMD registers.</summary>
public readonly struct VectorRows : IRowSums
{
    /// <inheritdoc/>
    public int Count<TTokens>(TTokens tokens, int count, int token)
        where TTokens : struct, ITokenView
    {
        Vector<int> found = Vector<int>.Zero, wanted = new(token);
        ref readonly int ids = ref tokens.First;
        int i = 0;
        for (; i <= count - Vector<int>.Count; i += Vector<int>.Count)
            found -= Vector.Equals(Vector.LoadUnsafe(in ids, (nuint)i), wanted);
        int sum = Vector.Sum(found);
        for (; i < count; i++)
            if (Unsafe.Add(ref Unsafe.AsRef(in ids), i) == token) sum++;
        return sum;
    }

    /// <inheritdoc/>
    public float SumWhere<TPattern, TTokens>(TPattern pattern, int query, int shift, TTokens tokens, int first, int end, int token)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
    {
        Vector<float> sums = Vector<float>.Zero;
        Vector<int> wanted = new(token);
        ref readonly int ids = ref tokens.First;
        ref readonly float row = ref pattern.Row(query);
        int i = first;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<int> match = Vector.Equals(Vector.LoadUnsafe(in ids, (nuint)i), wanted);
            sums += Vector.BitwiseAnd(Vector.LoadUnsafe(in row, (nuint)(i + shift)), Vector.AsVectorSingle(match));
        }
        float sum = Vector.Sum(sums);
        for (; i < end; i++)
            if (Unsafe.Add(ref Unsafe.AsRef(in ids), i) == token) sum += Unsafe.Add(ref Unsafe.AsRef(in row), i + shift);
        return sum;
    }

    /// <inheritdoc/>
    public float Entropy<TPattern>(TPattern pattern, int query, int count)
        where TPattern : struct, IPatternView
    {
        Vector<float> sums = Vector<float>.Zero, tiny = new(ScalarRows.Tiny);
        ref readonly float row = ref pattern.Row(query);
        int k = 0;
        for (; k <= count - Vector<float>.Count; k += Vector<float>.Count)
        {
            Vector<float> p = Vector.LoadUnsafe(in row, (nuint)k);
            sums -= p * Vector.Log(p + tiny);
        }
        float sum = Vector.Sum(sums);
        for (; k < count; k++)
        {
            float p = Unsafe.Add(ref Unsafe.AsRef(in row), k);
            sum -= p * MathF.Log(p + ScalarRows.Tiny);
        }
        return sum;
    }
}
