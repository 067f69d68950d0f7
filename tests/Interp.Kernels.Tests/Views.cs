using Interp.Kernels;

namespace Interp.Kernels.Tests;

/// <summary>A pattern in an array, [query, key] row-major.</summary>
internal readonly struct ArrayPattern(float[] values, int queries, int keys) : IPatternView
{
    public int Queries => queries;

    public int Keys => keys;

    public float this[int query, int key] => values[(query * keys) + key];

    public ref readonly float Row(int query) => ref values[query * keys];

    public static ArrayPattern Of(float[,] rows) => new([.. rows.Cast<float>()], rows.GetLength(0), rows.GetLength(1));

    /// <summary>Every query attends to one key.</summary>
    public static ArrayPattern Attending(params int[] keys)
    {
        float[] values = new float[keys.Length * keys.Length];
        for (int q = 0; q < keys.Length; q++) values[(q * keys.Length) + keys[q]] = 1;
        return new(values, keys.Length, keys.Length);
    }

    /// <summary>A random causal pattern.</summary>
    public static ArrayPattern Random(int length, int seed)
    {
        Random random = new(seed);
        float[] values = new float[length * length];
        for (int q = 0; q < length; q++)
        {
            float sum = 0;
            for (int k = 0; k <= q; k++) sum += values[(q * length) + k] = random.NextSingle();
            for (int k = 0; k <= q; k++) values[(q * length) + k] /= sum;
        }
        return new(values, length, length);
    }
}

internal readonly struct ArrayTokens(params int[] ids) : ITokenView
{
    public int Length => ids.Length;

    public int this[int position] => ids[position];

    public ref readonly int First => ref ids[0];
}

internal readonly struct ArrayMatrix(float[,] values) : IMatrixView
{
    public float this[int row, int column] => values[row, column];
}

/// <summary>Scores in plain loops.</summary>
internal static class Scalar
{
    public static float Mean<TScore>(TScore score, ArrayPattern pattern, ArrayTokens tokens = default)
        where TScore : struct, IQueryScore =>
        QueryMean.Of(score, pattern, tokens, default(ScalarRows));
}
