using System.Runtime.CompilerServices;

namespace Interp.Simd;

/// <summary>Products of small packed blocks in registers: C = A·B or C += A·B.</summary>
/// <remarks>
/// Element (i, k) of A is at <c>i·aRow + k·aStep</c>, so that a transposed A costs nothing. B is cut in panels of two vectors of columns:
/// row k of panel p is at <c>p·bPanel + k·bRow</c>. Each element of C adds its terms in ascending k.
/// </remarks>
internal static unsafe class PanelProduct
{
    /// <summary>C [rows, columns] = A [rows, depth]·B [depth, columns], added to what C holds if <paramref name="accumulate"/>. Columns must fill whole vectors.</summary>
    public static void Multiply<S, V>(
        float* a, nint aRow, nint aStep, float* b, nint bRow, nint bPanel, float* c, nint cRow, int rows, int columns, int depth, bool accumulate = false)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (; columns > 0; columns -= 2 * S.Lanes, b += bPanel, c += 2 * S.Lanes)
        {
            bool pair = columns > S.Lanes;
            float* ai = a, ci = c;
            int left = rows;
            // Sixteen sums of two vectors fit the 32 registers of AVX-512; eight fit the 16 of AVX2 and SSE.
            if (S.Lanes == 16 || !pair)
                for (; left >= 8; left -= 8, ai += 8 * aRow, ci += 8 * cRow)
                {
                    if (pair) Tile8x2<S, V>(ai, aRow, aStep, b, bRow, ci, cRow, depth, accumulate);
                    else Tile8x1<S, V>(ai, aRow, aStep, b, bRow, ci, cRow, depth, accumulate);
                }
            for (; left >= 4; left -= 4, ai += 4 * aRow, ci += 4 * cRow)
            {
                if (pair) Tile4x2<S, V>(ai, aRow, aStep, b, bRow, ci, cRow, depth, accumulate);
                else Tile4x1<S, V>(ai, aRow, aStep, b, bRow, ci, cRow, depth, accumulate);
            }
            for (; left > 0; left--, ai += aRow, ci += cRow)
            {
                if (pair) Tile1x2<S, V>(ai, aStep, b, bRow, ci, depth, accumulate);
                else Tile1x1<S, V>(ai, aStep, b, bRow, ci, depth, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2<S, V>(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int depth, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow, a6 = a5 + aRow, a7 = a6 + aRow;
        V zero = S.Create(0f);
        V c0p = zero, c0q = zero;
        V c1p = zero, c1q = zero;
        V c2p = zero, c2q = zero;
        V c3p = zero, c3q = zero;
        V c4p = zero, c4q = zero;
        V c5p = zero, c5q = zero;
        V c6p = zero, c6q = zero;
        V c7p = zero, c7q = zero;
        if (accumulate)
        {
            c0p = S.Load(c); c0q = S.Load(c + S.Lanes);
            c1p = S.Load(c + cRow); c1q = S.Load(c + cRow + S.Lanes);
            c2p = S.Load(c + 2 * cRow); c2q = S.Load(c + 2 * cRow + S.Lanes);
            c3p = S.Load(c + 3 * cRow); c3q = S.Load(c + 3 * cRow + S.Lanes);
            c4p = S.Load(c + 4 * cRow); c4q = S.Load(c + 4 * cRow + S.Lanes);
            c5p = S.Load(c + 5 * cRow); c5q = S.Load(c + 5 * cRow + S.Lanes);
            c6p = S.Load(c + 6 * cRow); c6q = S.Load(c + 6 * cRow + S.Lanes);
            c7p = S.Load(c + 7 * cRow); c7q = S.Load(c + 7 * cRow + S.Lanes);
        }
        nint k = 0;
        for (int step = 0; step < depth; step++, k += aStep, b += bRow)
        {
            V bp = S.Load(b), bq = S.Load(b + S.Lanes);
            V x0 = S.Create(a[k]);
            c0p = S.MultiplyAdd(x0, bp, c0p); c0q = S.MultiplyAdd(x0, bq, c0q);
            V x1 = S.Create(a1[k]);
            c1p = S.MultiplyAdd(x1, bp, c1p); c1q = S.MultiplyAdd(x1, bq, c1q);
            V x2 = S.Create(a2[k]);
            c2p = S.MultiplyAdd(x2, bp, c2p); c2q = S.MultiplyAdd(x2, bq, c2q);
            V x3 = S.Create(a3[k]);
            c3p = S.MultiplyAdd(x3, bp, c3p); c3q = S.MultiplyAdd(x3, bq, c3q);
            V x4 = S.Create(a4[k]);
            c4p = S.MultiplyAdd(x4, bp, c4p); c4q = S.MultiplyAdd(x4, bq, c4q);
            V x5 = S.Create(a5[k]);
            c5p = S.MultiplyAdd(x5, bp, c5p); c5q = S.MultiplyAdd(x5, bq, c5q);
            V x6 = S.Create(a6[k]);
            c6p = S.MultiplyAdd(x6, bp, c6p); c6q = S.MultiplyAdd(x6, bq, c6q);
            V x7 = S.Create(a7[k]);
            c7p = S.MultiplyAdd(x7, bp, c7p); c7q = S.MultiplyAdd(x7, bq, c7q);
        }
        S.Store(c0p, c); S.Store(c0q, c + S.Lanes);
        S.Store(c1p, c + cRow); S.Store(c1q, c + cRow + S.Lanes);
        S.Store(c2p, c + 2 * cRow); S.Store(c2q, c + 2 * cRow + S.Lanes);
        S.Store(c3p, c + 3 * cRow); S.Store(c3q, c + 3 * cRow + S.Lanes);
        S.Store(c4p, c + 4 * cRow); S.Store(c4q, c + 4 * cRow + S.Lanes);
        S.Store(c5p, c + 5 * cRow); S.Store(c5q, c + 5 * cRow + S.Lanes);
        S.Store(c6p, c + 6 * cRow); S.Store(c6q, c + 6 * cRow + S.Lanes);
        S.Store(c7p, c + 7 * cRow); S.Store(c7q, c + 7 * cRow + S.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<S, V>(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int depth, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow, a6 = a5 + aRow, a7 = a6 + aRow;
        V zero = S.Create(0f);
        V c0 = zero;
        V c1 = zero;
        V c2 = zero;
        V c3 = zero;
        V c4 = zero;
        V c5 = zero;
        V c6 = zero;
        V c7 = zero;
        if (accumulate)
        {
            c0 = S.Load(c);
            c1 = S.Load(c + cRow);
            c2 = S.Load(c + 2 * cRow);
            c3 = S.Load(c + 3 * cRow);
            c4 = S.Load(c + 4 * cRow);
            c5 = S.Load(c + 5 * cRow);
            c6 = S.Load(c + 6 * cRow);
            c7 = S.Load(c + 7 * cRow);
        }
        nint k = 0;
        for (int step = 0; step < depth; step++, k += aStep, b += bRow)
        {
            V bp = S.Load(b);
            c0 = S.MultiplyAdd(S.Create(a[k]), bp, c0);
            c1 = S.MultiplyAdd(S.Create(a1[k]), bp, c1);
            c2 = S.MultiplyAdd(S.Create(a2[k]), bp, c2);
            c3 = S.MultiplyAdd(S.Create(a3[k]), bp, c3);
            c4 = S.MultiplyAdd(S.Create(a4[k]), bp, c4);
            c5 = S.MultiplyAdd(S.Create(a5[k]), bp, c5);
            c6 = S.MultiplyAdd(S.Create(a6[k]), bp, c6);
            c7 = S.MultiplyAdd(S.Create(a7[k]), bp, c7);
        }
        S.Store(c0, c);
        S.Store(c1, c + cRow);
        S.Store(c2, c + 2 * cRow);
        S.Store(c3, c + 3 * cRow);
        S.Store(c4, c + 4 * cRow);
        S.Store(c5, c + 5 * cRow);
        S.Store(c6, c + 6 * cRow);
        S.Store(c7, c + 7 * cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<S, V>(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int depth, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        V zero = S.Create(0f);
        V c0p = zero, c0q = zero;
        V c1p = zero, c1q = zero;
        V c2p = zero, c2q = zero;
        V c3p = zero, c3q = zero;
        if (accumulate)
        {
            c0p = S.Load(c); c0q = S.Load(c + S.Lanes);
            c1p = S.Load(c + cRow); c1q = S.Load(c + cRow + S.Lanes);
            c2p = S.Load(c + 2 * cRow); c2q = S.Load(c + 2 * cRow + S.Lanes);
            c3p = S.Load(c + 3 * cRow); c3q = S.Load(c + 3 * cRow + S.Lanes);
        }
        nint k = 0;
        for (int step = 0; step < depth; step++, k += aStep, b += bRow)
        {
            V bp = S.Load(b), bq = S.Load(b + S.Lanes);
            V x0 = S.Create(a[k]);
            c0p = S.MultiplyAdd(x0, bp, c0p); c0q = S.MultiplyAdd(x0, bq, c0q);
            V x1 = S.Create(a1[k]);
            c1p = S.MultiplyAdd(x1, bp, c1p); c1q = S.MultiplyAdd(x1, bq, c1q);
            V x2 = S.Create(a2[k]);
            c2p = S.MultiplyAdd(x2, bp, c2p); c2q = S.MultiplyAdd(x2, bq, c2q);
            V x3 = S.Create(a3[k]);
            c3p = S.MultiplyAdd(x3, bp, c3p); c3q = S.MultiplyAdd(x3, bq, c3q);
        }
        S.Store(c0p, c); S.Store(c0q, c + S.Lanes);
        S.Store(c1p, c + cRow); S.Store(c1q, c + cRow + S.Lanes);
        S.Store(c2p, c + 2 * cRow); S.Store(c2q, c + 2 * cRow + S.Lanes);
        S.Store(c3p, c + 3 * cRow); S.Store(c3q, c + 3 * cRow + S.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1<S, V>(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int depth, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        V zero = S.Create(0f);
        V c0 = zero;
        V c1 = zero;
        V c2 = zero;
        V c3 = zero;
        if (accumulate)
        {
            c0 = S.Load(c);
            c1 = S.Load(c + cRow);
            c2 = S.Load(c + 2 * cRow);
            c3 = S.Load(c + 3 * cRow);
        }
        nint k = 0;
        for (int step = 0; step < depth; step++, k += aStep, b += bRow)
        {
            V bp = S.Load(b);
            c0 = S.MultiplyAdd(S.Create(a[k]), bp, c0);
            c1 = S.MultiplyAdd(S.Create(a1[k]), bp, c1);
            c2 = S.MultiplyAdd(S.Create(a2[k]), bp, c2);
            c3 = S.MultiplyAdd(S.Create(a3[k]), bp, c3);
        }
        S.Store(c0, c);
        S.Store(c1, c + cRow);
        S.Store(c2, c + 2 * cRow);
        S.Store(c3, c + 3 * cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<S, V>(float* a, nint aStep, float* b, nint bRow, float* c, int depth, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        V c0p = S.Create(0f), c0q = S.Create(0f);
        if (accumulate)
        {
            c0p = S.Load(c); c0q = S.Load(c + S.Lanes);
        }
        nint k = 0;
        for (int step = 0; step < depth; step++, k += aStep, b += bRow)
        {
            V bp = S.Load(b), bq = S.Load(b + S.Lanes);
            V x0 = S.Create(a[k]);
            c0p = S.MultiplyAdd(x0, bp, c0p); c0q = S.MultiplyAdd(x0, bq, c0q);
        }
        S.Store(c0p, c); S.Store(c0q, c + S.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<S, V>(float* a, nint aStep, float* b, nint bRow, float* c, int depth, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        V c0 = S.Create(0f);
        if (accumulate)
        {
            c0 = S.Load(c);
        }
        nint k = 0;
        for (int step = 0; step < depth; step++, k += aStep, b += bRow)
        {
            V bp = S.Load(b);
            c0 = S.MultiplyAdd(S.Create(a[k]), bp, c0);
        }
        S.Store(c0, c);
    }
}
