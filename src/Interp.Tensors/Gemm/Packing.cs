using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Interp.Gemm;

/// <summary>Copies parts of operands to where the kernel reads them fastest.</summary>
internal static unsafe class Packing
{
    /// <summary>Copies <paramref name="x"/> so that row r starts at <c>r·stride</c>, its elements adjacent, and fills it with zeros up to <paramref name="width"/>.</summary>
    /// <remarks>The same serves rows of A, columns-panels of B, and, on transposed views, their transposes.</remarks>
    public static void Rows(in MatrixView x, float* target, nint stride, int width)
    {
        MatrixAxis rows = x.RowAxis, columns = x.ColumnAxis;
        for (int r = 0; r < rows.Length;)
        {
            int rowRun = rows.Run(r);
            for (int c = 0; c < columns.Length;)
            {
                int columnRun = columns.Run(c);
                float* source = x.Origin + rows.Offset(r) + columns.Offset(c);
                if (columns.Stride == 1)
                    Copy(source, rows.Stride, target + r * stride + c, stride, rowRun, columnRun);
                else if (rows.Stride == 1)
                    Transpose(source, columns.Stride, target + r * stride + c, stride, rowRun, columnRun);
                else
                    Gather(source, rows.Stride, columns.Stride, target + r * stride + c, stride, rowRun, columnRun);
                c += columnRun;
            }
            r += rowRun;
        }
        if (columns.Length < width)
            for (int r = 0; r < rows.Length; r++) new Span<float>(target + r * stride + columns.Length, width - columns.Length).Clear();
    }

    /// <summary>Cuts <paramref name="rows"/> rows of adjacent elements in panels of <paramref name="width"/> columns, one after the other.</summary>
    /// <remarks>Row by row, so that memory is read in the order in which the hardware fetches ahead.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panels(float* source, nint rowStride, float* target, int rows, int panels, int width)
    {
        if (panels == 0) return;
        for (int r = 0; r < rows; r++, source += rowStride, target += width)
        {
            float* from = source, to = target;
            for (int p = 0; p < panels; p++, from += width, to += (nint)rows * width)
            {
                if (width == 32)
                {
                    Vector512.Load(from).Store(to);
                    Vector512.Load(from + 16).Store(to + 16);
                }
                else if (width == 16) Vector512.Load(from).Store(to);
                else if (width == 8) Vector256.Load(from).Store(to);
                else
                    for (int c = 0; c < width; c++) to[c] = from[c];
            }
        }
    }

    private static void Gather(float* source, nint rowStride, nint columnStride, float* target, nint stride, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) target[r * stride + c] = source[r * rowStride + c * columnStride];
    }

    /// <summary>Copies rows of adjacent elements. Ends are covered by overlapping vectors, so nothing outside is touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* source, nint rowStride, float* target, nint stride, int rows, int columns)
    {
        if (columns >= 16)
        {
            for (int r = 0; r < rows; r++, source += rowStride, target += stride)
            {
                for (int c = 0; c <= columns - 16; c += 16) Vector512.Load(source + c).Store(target + c);
                Vector512.Load(source + columns - 16).Store(target + columns - 16);
            }
        }
        else if (columns >= 8)
        {
            for (int r = 0; r < rows; r++, source += rowStride, target += stride)
            {
                Vector256.Load(source).Store(target);
                Vector256.Load(source + columns - 8).Store(target + columns - 8);
            }
        }
        else if (columns >= 4)
        {
            for (int r = 0; r < rows; r++, source += rowStride, target += stride)
            {
                Vector128.Load(source).Store(target);
                Vector128.Load(source + columns - 4).Store(target + columns - 4);
            }
        }
        else
        {
            for (int r = 0; r < rows; r++, source += rowStride, target += stride)
                for (int c = 0; c < columns; c++) target[c] = source[c];
        }
    }

    /// <summary>target[r, c] = source[c·columnStride + r], in squares of 16 × 16 or 4 × 4.</summary>
    private static void Transpose(float* source, nint columnStride, float* target, nint stride, int rows, int columns)
    {
        int square = Avx512F.IsSupported && rows >= 16 && columns >= 16 ? 16 : 4;
        int wholeRows = rows / square * square, wholeColumns = columns / square * square;
        if (square == 16) Transpose16(source, columnStride, target, stride, wholeRows, wholeColumns);
        else Transpose4(source, columnStride, target, stride, wholeRows, wholeColumns);
        if (wholeColumns < columns)
        {
            float* from = source + wholeColumns * columnStride, to = target + wholeColumns;
            if (square == 16) Transpose(from, columnStride, to, stride, wholeRows, columns - wholeColumns);
            else Gather(from, 1, columnStride, to, stride, wholeRows, columns - wholeColumns);
        }
        if (wholeRows < rows)
        {
            float* from = source + wholeRows, to = target + wholeRows * stride;
            if (square == 16) Transpose(from, columnStride, to, stride, rows - wholeRows, columns);
            else Gather(from, 1, columnStride, to, stride, rows - wholeRows, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose4(float* source, nint columnStride, float* target, nint stride, int rows, int columns)
    {
        for (int r = 0; r < rows; r += 4)
            for (int c = 0; c < columns; c += 4)
            {
                float* from = source + c * columnStride + r, to = target + r * stride + c;
                Vector128<float> x0 = Vector128.Load(from), x1 = Vector128.Load(from + columnStride);
                Vector128<float> x2 = Vector128.Load(from + 2 * columnStride), x3 = Vector128.Load(from + 3 * columnStride);
                Vector128<double> low01 = Low(x0, x1).AsDouble(), high01 = High(x0, x1).AsDouble();
                Vector128<double> low23 = Low(x2, x3).AsDouble(), high23 = High(x2, x3).AsDouble();
                Low(low01, low23).AsSingle().Store(to);
                High(low01, low23).AsSingle().Store(to + stride);
                Low(high01, high23).AsSingle().Store(to + 2 * stride);
                High(high01, high23).AsSingle().Store(to + 3 * stride);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose16(float* source, nint columnStride, float* target, nint stride, int rows, int columns)
    {
        for (int c = 0; c < columns; c += 16)
            for (int r = 0; r < rows; r += 16)
            {
                float* from = source + c * columnStride + r, to = target + r * stride + c;
                Quads(from, columnStride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
                Quads(from + 4 * columnStride, columnStride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
                Quads(from + 8 * columnStride, columnStride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
                Quads(from + 12 * columnStride, columnStride, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
                Quarters(a0, b0, c0, d0, to, 4 * stride);
                Quarters(a1, b1, c1, d1, to + stride, 4 * stride);
                Quarters(a2, b2, c2, d2, to + 2 * stride, 4 * stride);
                Quarters(a3, b3, c3, d3, to + 3 * stride, 4 * stride);
            }
    }

    /// <summary>Transposes the four 4 × 4 squares of four vectors: quarter q of yi holds their elements 4q + i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quads(
        float* from, nint stride, out Vector512<float> y0, out Vector512<float> y1, out Vector512<float> y2, out Vector512<float> y3)
    {
        Vector512<float> x0 = Vector512.Load(from), x1 = Vector512.Load(from + stride);
        Vector512<float> x2 = Vector512.Load(from + 2 * stride), x3 = Vector512.Load(from + 3 * stride);
        Vector512<double> low01 = Avx512F.UnpackLow(x0, x1).AsDouble(), high01 = Avx512F.UnpackHigh(x0, x1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(x2, x3).AsDouble(), high23 = Avx512F.UnpackHigh(x2, x3).AsDouble();
        y0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        y1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        y2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        y3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Stores the four vectors made of the first, second, third and fourth quarters of x0 … x3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3, float* to, nint stride)
    {
        Vector512<float> even01 = Avx512F.Shuffle4x128(x0, x1, 0b10_00_10_00), odd01 = Avx512F.Shuffle4x128(x0, x1, 0b11_01_11_01);
        Vector512<float> even23 = Avx512F.Shuffle4x128(x2, x3, 0b10_00_10_00), odd23 = Avx512F.Shuffle4x128(x2, x3, 0b11_01_11_01);
        Avx512F.Shuffle4x128(even01, even23, 0b10_00_10_00).Store(to);
        Avx512F.Shuffle4x128(odd01, odd23, 0b10_00_10_00).Store(to + stride);
        Avx512F.Shuffle4x128(even01, even23, 0b11_01_11_01).Store(to + 2 * stride);
        Avx512F.Shuffle4x128(odd01, odd23, 0b11_01_11_01).Store(to + 3 * stride);
    }

    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0], x[1], y[1]);

    private static Vector128<float> High(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[2], y[2], x[3], y[3]);

    private static Vector128<double> Low(Vector128<double> x, Vector128<double> y) =>
        Sse2.IsSupported ? Sse2.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0]);

    private static Vector128<double> High(Vector128<double> x, Vector128<double> y) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[1], y[1]);
}
