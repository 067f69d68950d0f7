using System.Runtime.Intrinsics;
using Interp.Simd;

namespace Interp.Gemm;

/// <summary>Single-precision matrix products C = A·B; transposed operands are transposed views.</summary>
/// <remarks>An element's terms are added in an order that depends on the shapes alone: the same bits at any thread count.</remarks>
public static class MatrixProduct
{
    /// <summary>C = A·B, or C += A·B.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[k, n]</param>
    /// <param name="c">[m, n], not overlapping A or B.</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply(MatrixView a, MatrixView b, MatrixView c, bool accumulate = false) =>
        Multiply(a, b, c, default(NoEpilogue), accumulate);

    /// <summary>C = f(A·B) or f(C + A·B), with f applied while a tile is hot. C's columns must be adjacent (in blocks, if any).</summary>
    /// <inheritdoc cref="Multiply(MatrixView, MatrixView, MatrixView, bool)"/>
    public static void Multiply<TEpilogue>(MatrixView a, MatrixView b, MatrixView c, in TEpilogue epilogue, bool accumulate = false)
        where TEpilogue : struct, IEpilogue => Run(a, b, c, epilogue, accumulate, serial: false);

    /// <summary><see cref="Multiply(MatrixView, MatrixView, MatrixView, bool)"/> on the calling thread alone, for use inside a parallel loop.</summary>
    public static void MultiplySerial(MatrixView a, MatrixView b, MatrixView c, bool accumulate = false) =>
        MultiplySerial(a, b, c, default(NoEpilogue), accumulate);

    /// <summary><see cref="Multiply{TEpilogue}"/> on the calling thread alone, for use inside a parallel loop.</summary>
    public static void MultiplySerial<TEpilogue>(MatrixView a, MatrixView b, MatrixView c, in TEpilogue epilogue, bool accumulate = false)
        where TEpilogue : struct, IEpilogue => Run(a, b, c, epilogue, accumulate, serial: true);

    /// <summary>C_i = A_i·B_i (or += ) for each i, in parallel over i.</summary>
    /// <param name="a">count × [m, k]</param>
    /// <param name="b">count × [k, n]</param>
    /// <param name="c">count × [m, n]</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    /// <exception cref="ArgumentException">The shapes or the counts do not fit.</exception>
    public static void Batched(BatchView a, BatchView b, BatchView c, bool accumulate = false)
    {
        if (a.Count != c.Count || b.Count != c.Count)
            throw new ArgumentException($"{a.Count} matrices A and {b.Count} matrices B cannot give {c.Count} products: the counts must be equal.");
        if (c.Count == 0) return;
        CheckShapes(a.First, b.First, c.First);
        CheckColumns(c.First);
        if (Vector512.IsHardwareAccelerated) Product<Simd512, Vector512<float>>.Batched(a, b, c, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<Simd256, Vector256<float>>.Batched(a, b, c, accumulate);
        else if (Vector128.IsHardwareAccelerated) Product<Simd128, Vector128<float>>.Batched(a, b, c, accumulate);
        else Product<SimdScalar, float>.Batched(a, b, c, accumulate);
    }

    /// <summary>Hands A·B to <paramref name="consumer"/> tile by tile, never storing it whole.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[k, n]</param>
    /// <param name="consumer">Sees each row's tiles in ascending order of columns (see <see cref="IEpilogue"/>).</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Stream<TEpilogue>(MatrixView a, MatrixView b, in TEpilogue consumer)
        where TEpilogue : struct, IEpilogue
    {
        CheckInner(a, b);
        if (Vector512.IsHardwareAccelerated) Product<Simd512, Vector512<float>>.Stream(a, b, consumer);
        else if (Vector256.IsHardwareAccelerated) Product<Simd256, Vector256<float>>.Stream(a, b, consumer);
        else if (Vector128.IsHardwareAccelerated) Product<Simd128, Vector128<float>>.Stream(a, b, consumer);
        else Product<SimdScalar, float>.Stream(a, b, consumer);
    }

    private static void Run<TEpilogue>(in MatrixView a, in MatrixView b, in MatrixView c, in TEpilogue epilogue, bool accumulate, bool serial)
        where TEpilogue : struct, IEpilogue
    {
        CheckShapes(a, b, c);
        if (typeof(TEpilogue) == typeof(NoEpilogue) && c.ColumnAxis.Stride != 1 && c.RowAxis.Stride == 1)
        {
            Run(b.Transposed, a.Transposed, c.Transposed, epilogue, accumulate, serial);
            return;
        }
        CheckColumns(c);
        if (Vector512.IsHardwareAccelerated) Product<Simd512, Vector512<float>>.Multiply(a, b, c, epilogue, accumulate, serial);
        else if (Vector256.IsHardwareAccelerated) Product<Simd256, Vector256<float>>.Multiply(a, b, c, epilogue, accumulate, serial);
        else if (Vector128.IsHardwareAccelerated) Product<Simd128, Vector128<float>>.Multiply(a, b, c, epilogue, accumulate, serial);
        else Product<SimdScalar, float>.Multiply(a, b, c, epilogue, accumulate, serial);
    }

    private static void CheckInner(in MatrixView a, in MatrixView b)
    {
        if (a.Columns != b.Rows)
            throw new ArgumentException($"A {a} times B {b}: A's columns must be B's rows.");
    }

    private static void CheckShapes(in MatrixView a, in MatrixView b, in MatrixView c)
    {
        CheckInner(a, b);
        if (c.Rows != a.Rows || c.Columns != b.Columns)
            throw new ArgumentException($"A {a} times B {b} is [{a.Rows}, {b.Columns}]; C is {c}.");
    }

    private static void CheckColumns(in MatrixView c)
    {
        if (c.ColumnAxis.Stride != 1 && c.Columns > 1)
            throw new ArgumentException($"C {c} must have adjacent columns; for a plain product adjacent rows do as well.");
    }
}
