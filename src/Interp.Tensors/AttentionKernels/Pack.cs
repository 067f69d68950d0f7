using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Interp.Simd;

namespace Interp.AttentionKernels;

/// <summary>Copies of rows of a tensor in the layouts that <see cref="PanelProduct"/> reads.</summary>
internal static unsafe class Pack
{
    /// <summary>Copies [rows, width] · factor to rows <paramref name="destinationStride"/> apart, each padded with zeros to <paramref name="padded"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<S, V>(float* source, nint stride, int rows, int width, float factor, float* destination, nint destinationStride, int padded)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int r = 0; r < rows; r++, source += stride, destination += destinationStride)
        {
            Row<S, V>(source, width, S.Create(factor), destination);
            for (int i = width; i < padded; i++) destination[i] = 0;
        }
    }

    /// <summary>Copies [rows, width], each row times its factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<S, V>(float* source, nint stride, int rows, int width, float* factors, float* destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int r = 0; r < rows; r++, source += stride, destination += destinationStride) Row<S, V>(source, width, S.Create(factors[r]), destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<S, V>(float* source, int width, V factor, float* destination)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < width; i += S.Lanes) RowVector.Store<S, V>(S.Multiply(RowVector.Load<S, V>(source, i, width, 0), factor), destination, i, width);
    }

    /// <summary>
    /// The transpose of [rows, width] in panels of <paramref name="panel"/> rows (a multiple of 8): element (r, x) at
    /// <c>(r / panel)·width·panel + x·panel + r % panel</c>; the last panel is padded with zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed(float* source, nint stride, int rows, int width, float* destination, int panel)
    {
        for (int start = 0; start < rows; start += panel, destination += (nint)width * panel)
        {
            for (int r = 0; r < panel; r += 8)
            {
                int present = Math.Clamp(rows - start - r, 0, 8);
                float* block = source + ((start + r) * stride);
                int x = 0;
                if (present == 8 && Avx.IsSupported)
                    for (; x <= width - 8; x += 8) Transpose8x8(block + x, stride, destination + (x * panel) + r, panel);
                for (; x < width; x++)
                {
                    float* column = destination + (x * panel) + r;
                    for (int j = 0; j < present; j++) column[j] = block[(j * stride) + x];
                    for (int j = present; j < 8; j++) column[j] = 0;
                }
            }
        }
    }

    private static void Transpose8x8(float* source, nint stride, float* destination, nint destinationStride)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + stride);
        Vector256<float> r2 = Vector256.Load(source + (2 * stride)), r3 = Vector256.Load(source + (3 * stride));
        source += 4 * stride;
        Vector256<float> r4 = Vector256.Load(source), r5 = Vector256.Load(source + stride);
        Vector256<float> r6 = Vector256.Load(source + (2 * stride)), r7 = Vector256.Load(source + (3 * stride));
        // Pairs of rows, then fours, inside each half; then the halves.
        (Vector256<float> a0, Vector256<float> a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        (Vector256<float> a2, Vector256<float> a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        (Vector256<float> a4, Vector256<float> a5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        (Vector256<float> a6, Vector256<float> a7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        (Vector256<float> b0, Vector256<float> b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        (Vector256<float> b2, Vector256<float> b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        (Vector256<float> b4, Vector256<float> b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        (Vector256<float> b6, Vector256<float> b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));
        Avx.Permute2x128(b0, b4, 0x20).Store(destination);
        Avx.Permute2x128(b1, b5, 0x20).Store(destination + destinationStride);
        Avx.Permute2x128(b2, b6, 0x20).Store(destination + (2 * destinationStride));
        Avx.Permute2x128(b3, b7, 0x20).Store(destination + (3 * destinationStride));
        destination += 4 * destinationStride;
        Avx.Permute2x128(b0, b4, 0x31).Store(destination);
        Avx.Permute2x128(b1, b5, 0x31).Store(destination + destinationStride);
        Avx.Permute2x128(b2, b6, 0x31).Store(destination + (2 * destinationStride));
        Avx.Permute2x128(b3, b7, 0x31).Store(destination + (3 * destinationStride));
    }
}
