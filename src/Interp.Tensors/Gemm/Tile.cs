using System.Runtime.CompilerServices;
using Interp.Simd;

namespace Interp.Gemm;

/// <summary>The kernel: a tile of 1 to 14 rows × 1 or 2 vectors of C, whose sums stay in registers over the whole inner loop.</summary>
/// <remarks>
/// Rows and vectors beyond the type's sizes vanish when it is compiled. Any strides serve, packed or not.
/// Rows are addressed in threes (base, base + s, base + 2s), which costs nothing in x86's addressing modes and few registers.
/// </remarks>
internal static unsafe class Tile<S, V, TRows, TVectors>
    where S : struct, ISimd<V>
    where V : struct
    where TRows : struct, ISize
    where TVectors : struct, ISize
{
    /// <summary>C = A·B or C += A·B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TileOperands t)
    {
        V c0 = S.Create(0), d0 = S.Create(0);
        V c1 = default, d1 = default;
        V c2 = default, d2 = default;
        V c3 = default, d3 = default;
        V c4 = default, d4 = default;
        V c5 = default, d5 = default;
        V c6 = default, d6 = default;
        V c7 = default, d7 = default;
        V c8 = default, d8 = default;
        V c9 = default, d9 = default;
        V c10 = default, d10 = default;
        V c11 = default, d11 = default;
        V c12 = default, d12 = default;
        V c13 = default, d13 = default;
        nint s = t.ARow * sizeof(float), s2 = 2 * s, aStep = t.AStep * sizeof(float);
        byte* a0 = (byte*)t.A, a3 = a0 + 3 * s, a6 = a0 + 6 * s, a9 = a0 + 9 * s, a12 = a0 + 12 * s;
        float* b = t.B;
        nint bStep = t.BStep, bSecond = t.BSecond;
        for (int steps = t.Steps; steps > 0; steps--)
        {
            V x, b0 = S.Load(b), b1 = TVectors.Value > 1 ? S.Load(b + bSecond) : default;
            x = S.Create(*(float*)a0);
            c0 = S.MultiplyAdd(x, b0, c0);
            if (TVectors.Value > 1) d0 = S.MultiplyAdd(x, b1, d0);
            if (TRows.Value > 1)
            {
                x = S.Create(*(float*)(a0 + s));
                c1 = S.MultiplyAdd(x, b0, c1);
                if (TVectors.Value > 1) d1 = S.MultiplyAdd(x, b1, d1);
            }
            if (TRows.Value > 2)
            {
                x = S.Create(*(float*)(a0 + s2));
                c2 = S.MultiplyAdd(x, b0, c2);
                if (TVectors.Value > 1) d2 = S.MultiplyAdd(x, b1, d2);
            }
            if (TRows.Value > 3)
            {
                x = S.Create(*(float*)a3);
                c3 = S.MultiplyAdd(x, b0, c3);
                if (TVectors.Value > 1) d3 = S.MultiplyAdd(x, b1, d3);
            }
            if (TRows.Value > 4)
            {
                x = S.Create(*(float*)(a3 + s));
                c4 = S.MultiplyAdd(x, b0, c4);
                if (TVectors.Value > 1) d4 = S.MultiplyAdd(x, b1, d4);
            }
            if (TRows.Value > 5)
            {
                x = S.Create(*(float*)(a3 + s2));
                c5 = S.MultiplyAdd(x, b0, c5);
                if (TVectors.Value > 1) d5 = S.MultiplyAdd(x, b1, d5);
            }
            if (TRows.Value > 6)
            {
                x = S.Create(*(float*)a6);
                c6 = S.MultiplyAdd(x, b0, c6);
                if (TVectors.Value > 1) d6 = S.MultiplyAdd(x, b1, d6);
            }
            if (TRows.Value > 7)
            {
                x = S.Create(*(float*)(a6 + s));
                c7 = S.MultiplyAdd(x, b0, c7);
                if (TVectors.Value > 1) d7 = S.MultiplyAdd(x, b1, d7);
            }
            if (TRows.Value > 8)
            {
                x = S.Create(*(float*)(a6 + s2));
                c8 = S.MultiplyAdd(x, b0, c8);
                if (TVectors.Value > 1) d8 = S.MultiplyAdd(x, b1, d8);
            }
            if (TRows.Value > 9)
            {
                x = S.Create(*(float*)a9);
                c9 = S.MultiplyAdd(x, b0, c9);
                if (TVectors.Value > 1) d9 = S.MultiplyAdd(x, b1, d9);
            }
            if (TRows.Value > 10)
            {
                x = S.Create(*(float*)(a9 + s));
                c10 = S.MultiplyAdd(x, b0, c10);
                if (TVectors.Value > 1) d10 = S.MultiplyAdd(x, b1, d10);
            }
            if (TRows.Value > 11)
            {
                x = S.Create(*(float*)(a9 + s2));
                c11 = S.MultiplyAdd(x, b0, c11);
                if (TVectors.Value > 1) d11 = S.MultiplyAdd(x, b1, d11);
            }
            if (TRows.Value > 12)
            {
                x = S.Create(*(float*)a12);
                c12 = S.MultiplyAdd(x, b0, c12);
                if (TVectors.Value > 1) d12 = S.MultiplyAdd(x, b1, d12);
            }
            if (TRows.Value > 13)
            {
                x = S.Create(*(float*)(a12 + s));
                c13 = S.MultiplyAdd(x, b0, c13);
                if (TVectors.Value > 1) d13 = S.MultiplyAdd(x, b1, d13);
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
    private static void Finish(V first, V second, float* c, nint cSecond, bool accumulate)
    {
        if (accumulate)
        {
            first = S.Add(first, S.Load(c));
            if (TVectors.Value > 1) second = S.Add(second, S.Load(c + cSecond));
        }
        S.Store(first, c);
        if (TVectors.Value > 1) S.Store(second, c + cSecond);
    }
}
