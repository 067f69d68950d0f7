using System.Runtime.CompilerServices;

namespace Interp.Simd;

/// <summary>Vectors of a row whose length need not be a multiple of the lanes.</summary>
internal static unsafe class RowVector
{
    /// <summary>The vector at <paramref name="j"/> of a row of <paramref name="count"/>; lanes beyond the row are <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<S, V>(float* row, int j, int count, float fill)
        where S : struct, ISimd<V>
        where V : struct => j <= count - S.Lanes ? S.Load(row + j) : LoadPart<S, V>(row + j, count - j, fill);

    /// <summary>Writes the vector at <paramref name="j"/> of a row of <paramref name="count"/>; lanes beyond the row are dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<S, V>(V value, float* row, int j, int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (j <= count - S.Lanes) S.Store(value, row + j);
        else StorePart<S, V>(value, row + j, count - j);
    }

    private static V LoadPart<S, V>(float* source, int count, float fill)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* lanes = stackalloc float[S.Lanes];
        S.Store(S.Create(fill), lanes);
        for (int i = 0; i < count; i++) lanes[i] = source[i];
        return S.Load(lanes);
    }

    private static void StorePart<S, V>(V value, float* destination, int count)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* lanes = stackalloc float[S.Lanes];
        S.Store(value, lanes);
        for (int i = 0; i < count; i++) destination[i] = lanes[i];
    }
}
