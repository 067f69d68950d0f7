using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>target[r, c] = source[c·columnStride + r], in squares of 4 × 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, nint columnStride, float* target, nint stride, int rows, int columns)
    {
        int r = 0;
        for (; r <= rows - 4; r += 4)
        {
            float* to = target + r * stride;
            int c = 0;
            for (; c <= columns - 4; c += 4)
            {
                float* from = source + c * columnStride + r;
                Vector128<float> x0 = Vector128.Load(from), x1 = Vector128.Load(from + columnStride);
                Vector128<float> x2 = Vector128.Load(from + 2 * columnStride), x3 = Vector128.Load(from + 3 * columnStride);
                Vector128<float> low01 = Low(x0, x1), high01 = High(x0, x1), low23 = Low(x2, x3), high23 = High(x2, x3);
                Vector128.Create(low01.GetLower(), low23.GetLower()).Store(to + c);
                Vector128.Create(low01.GetUpper(), low23.GetUpper()).Store(to + stride + c);
                Vector128.Create(high01.GetLower(), high23.GetLower()).Store(to + 2 * stride + c);
                Vector128.Create(high01.GetUpper(), high23.GetUpper()).Store(to + 3 * stride + c);
            }
            for (; c < columns; c++)
                for (int i = 0; i < 4; i++) to[i * stride + c] = source[c * columnStride + r + i];
        }
        for (; r < rows; r++)
            for (int c = 0; c < columns; c++) target[r * stride + c] = source[c * columnStride + r];
    }

    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(x, y)
        : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0], x[1], y[1]);

    private static Vector128<float> High(Vector128<float> x, Vector128<float> y) =>
        System.Runtime.Intrinsics.X86.Sse.IsSupported ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(x, y)
        : System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[2], y[2], x[3], y[3]);
}
