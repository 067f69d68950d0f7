using System.Runtime.CompilerServices;

namespace Interp.Gemm;

/// <summary>The kernel: a tile of 1 to 14 rows × 1 or 2 vectors of C, whose sums stay in registers over the whole inner loop.</summary>
/// <remarks>
/// Rows and vectors beyond the type's sizes vanish when it is compiled. Any strides serve, packed or not.
/// Rows are addressed in threes (base, base + s, base + 2s), which costs nothing in x86's addressing modes and few registers.
/// </remarks>
internal static unsafe class Tile<TSimd, TVector, TRows, TVectors>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : struct, ISize
    where TVectors : struct, ISize
{
    /// <summary>C = A·B or C += A·B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TileOperands t)
    {
        TVector c0 = default, d0 = default;
        TVector c1 = default, d1 = default;
        TVector c2 = default, d2 = default;
        TVector c3 = default, d3 = default;
        TVector c4 = default, d4 = default;
        TVector c5 = default, d5 = default;
        TVector c6 = default, d6 = default;
        TVector c7 = default, d7 = default;
        TVector c8 = default, d8 = default;
        TVector c9 = default, d9 = default;
        TVector c10 = default, d10 = default;
        TVector c11 = default, d11 = default;
        TVector c12 = default, d12 = default;
        TVector c13 = default, d13 = default;
        nint s = t.ARow * sizeof(float), s2 = 2 * s, aStep = t.AStep * sizeof(float);
        byte* a0 = (byte*)t.A, a3 = a0 + 3 * s, a6 = a0 + 6 * s, a9 = a0 + 9 * s, a12 = a0 + 12 * s;
        float* b = t.B;
        nint bStep = t.BStep, bSecond = t.BSecond;
        for (int steps = t.Steps; steps > 0; steps--)
        {
            TVector x, b0 = TSimd.Load(b), b1 = TVectors.Value > 1 ? TSimd.Load(b + bSecond) : default;
            x = TSimd.Broadcast((float*)a0);
            c0 = TSimd.MultiplyAdd(x, b0, c0);
            if (TVectors.Value > 1) d0 = TSimd.MultiplyAdd(x, b1, d0);
            if (TRows.Value > 1)
            {
                x = TSimd.Broadcast((float*)(a0 + s));
                c1 = TSimd.MultiplyAdd(x, b0, c1);
                if (TVectors.Value > 1) d1 = TSimd.MultiplyAdd(x, b1, d1);
            }
            if (TRows.Value > 2)
            {
                x = TSimd.Broadcast((float*)(a0 + s2));
                c2 = TSimd.MultiplyAdd(x, b0, c2);
                if (TVectors.Value > 1) d2 = TSimd.MultiplyAdd(x, b1, d2);
            }
            if (TRows.Value > 3)
            {
                x = TSimd.Broadcast((float*)a3);
                c3 = TSimd.MultiplyAdd(x, b0, c3);
                if (TVectors.Value > 1) d3 = TSimd.MultiplyAdd(x, b1, d3);
            }
            if (TRows.Value > 4)
            {
                x = TSimd.Broadcast((float*)(a3 + s));
                c4 = TSimd.MultiplyAdd(x, b0, c4);
                if (TVectors.Value > 1) d4 = TSimd.MultiplyAdd(x, b1, d4);
            }
            if (TRows.Value > 5)
            {
                x = TSimd.Broadcast((float*)(a3 + s2));
                c5 = TSimd.MultiplyAdd(x, b0, c5);
                if (TVectors.Value > 1) d5 = TSimd.MultiplyAdd(x, b1, d5);
            }
            if (TRows.Value > 6)
            {
                x = TSimd.Broadcast((float*)a6);
                c6 = TSimd.MultiplyAdd(x, b0, c6);
                if (TVectors.Value > 1) d6 = TSimd.MultiplyAdd(x, b1, d6);
            }
            if (TRows.Value > 7)
            {
                x = TSimd.Broadcast((float*)(a6 + s));
                c7 = TSimd.MultiplyAdd(x, b0, c7);
                if (TVectors.Value > 1) d7 = TSimd.MultiplyAdd(x, b1, d7);
            }
            if (TRows.Value > 8)
            {
                x = TSimd.Broadcast((float*)(a6 + s2));
                c8 = TSimd.MultiplyAdd(x, b0, c8);
                if (TVectors.Value > 1) d8 = TSimd.MultiplyAdd(x, b1, d8);
            }
            if (TRows.Value > 9)
            {
                x = TSimd.Broadcast((float*)a9);
                c9 = TSimd.MultiplyAdd(x, b0, c9);
                if (TVectors.Value > 1) d9 = TSimd.MultiplyAdd(x, b1, d9);
            }
            if (TRows.Value > 10)
            {
                x = TSimd.Broadcast((float*)(a9 + s));
                c10 = TSimd.MultiplyAdd(x, b0, c10);
                if (TVectors.Value > 1) d10 = TSimd.MultiplyAdd(x, b1, d10);
            }
            if (TRows.Value > 11)
            {
                x = TSimd.Broadcast((float*)(a9 + s2));
                c11 = TSimd.MultiplyAdd(x, b0, c11);
                if (TVectors.Value > 1) d11 = TSimd.MultiplyAdd(x, b1, d11);
            }
            if (TRows.Value > 12)
            {
                x = TSimd.Broadcast((float*)a12);
                c12 = TSimd.MultiplyAdd(x, b0, c12);
                if (TVectors.Value > 1) d12 = TSimd.MultiplyAdd(x, b1, d12);
            }
            if (TRows.Value > 13)
            {
                x = TSimd.Broadcast((float*)(a12 + s));
                c13 = TSimd.MultiplyAdd(x, b0, c13);
                if (TVectors.Value > 1) d13 = TSimd.MultiplyAdd(x, b1, d13);
            }
            b += bStep;
            a0 += aStep;
            if (TRows.Value > 3) a3 += aStep;
            if (TRows.Value > 6) a6 += aStep;
            if (TRows.Value > 9) a9 += aStep;
            if (TRows.Value > 12) a12 += aStep;
        }
        float* c = t.C;
        nint cRow = t.CRow, cSecond = t.CSecond;
        bool accumulate = t.Accumulate;
        Finish(c0, d0, c, cSecond, accumulate);
        if (TRows.Value > 1) Finish(c1, d1, c + cRow, cSecond, accumulate);
        if (TRows.Value > 2) Finish(c2, d2, c + 2 * cRow, cSecond, accumulate);
        if (TRows.Value > 3) Finish(c3, d3, c + 3 * cRow, cSecond, accumulate);
        if (TRows.Value > 4) Finish(c4, d4, c + 4 * cRow, cSecond, accumulate);
        if (TRows.Value > 5) Finish(c5, d5, c + 5 * cRow, cSecond, accumulate);
        if (TRows.Value > 6) Finish(c6, d6, c + 6 * cRow, cSecond, accumulate);
        if (TRows.Value > 7) Finish(c7, d7, c + 7 * cRow, cSecond, accumulate);
        if (TRows.Value > 8) Finish(c8, d8, c + 8 * cRow, cSecond, accumulate);
        if (TRows.Value > 9) Finish(c9, d9, c + 9 * cRow, cSecond, accumulate);
        if (TRows.Value > 10) Finish(c10, d10, c + 10 * cRow, cSecond, accumulate);
        if (TRows.Value > 11) Finish(c11, d11, c + 11 * cRow, cSecond, accumulate);
        if (TRows.Value > 12) Finish(c12, d12, c + 12 * cRow, cSecond, accumulate);
        if (TRows.Value > 13) Finish(c13, d13, c + 13 * cRow, cSecond, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector first, TVector second, float* c, nint cSecond, bool accumulate)
    {
        if (accumulate)
        {
            first = TSimd.Add(first, TSimd.Load(c));
            if (TVectors.Value > 1) second = TSimd.Add(second, TSimd.Load(c + cSecond));
        }
        TSimd.Store(first, c);
        if (TVectors.Value > 1) TSimd.Store(second, c + cSecond);
    }
}
