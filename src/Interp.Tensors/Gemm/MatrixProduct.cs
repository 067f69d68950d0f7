namespace Interp.Gemm;

/// <summary>Single-precision matrix products C = A·B; transposed operands are transposed views.</summary>
/// <remarks>An element's terms are added in an order that depends on the shapes alone: the same bits at any thread count.</remarks>
public static unsafe class MatrixProduct
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
        where TEpilogue : struct, IEpilogue => MultiplySerial(a, b, c, epilogue, accumulate);

    /// <summary><see cref="Multiply(MatrixView, MatrixView, MatrixView, bool)"/> on the calling thread alone, for use inside a parallel loop.</summary>
    public static void MultiplySerial(MatrixView a, MatrixView b, MatrixView c, bool accumulate = false) =>
        MultiplySerial(a, b, c, default(NoEpilogue), accumulate);

    /// <summary><see cref="Multiply{TEpilogue}"/> on the calling thread alone, for use inside a parallel loop.</summary>
    public static void MultiplySerial<TEpilogue>(MatrixView a, MatrixView b, MatrixView c, in TEpilogue epilogue, bool accumulate = false)
        where TEpilogue : struct, IEpilogue
    {
        CheckShapes(a, b, c);
        for (int i = 0; i < c.Rows; i++)
            for (int j = 0; j < c.Columns; j++)
            {
                float sum = accumulate ? c[i, j] : 0;
                for (int k = 0; k < a.Columns; k++) sum += a[i, k] * b[k, j];
                c[i, j] = sum;
            }
        for (int j = 0; j < c.Columns; j += c.ColumnAxis.Run(j))
            for (int i = 0; i < c.Rows; i++)
                epilogue.Apply(new ProductTile((float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref c[i, j]), 0, i, 1, j, c.ColumnAxis.Run(j)));
    }

    /// <summary>C_i = A_i·B_i (or += ) for each i, in parallel over i.</summary>
    /// <param name="a">count × [m, k]</param>
    /// <param name="b">count × [k, n]</param>
    /// <param name="c">count × [m, n]</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    /// <exception cref="ArgumentException">The shapes or the counts do not fit.</exception>
    public static void Batched(BatchView a, BatchView b, BatchView c, bool accumulate = false)
    {
        for (int i = 0; i < c.Count; i++) MultiplySerial(a[i], b[i], c[i], accumulate);
    }

    /// <summary>Hands A·B to <paramref name="consumer"/> tile by tile, never storing it whole.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[k, n]</param>
    /// <param name="consumer">Sees each row's tiles in ascending order of columns (see <see cref="IEpilogue"/>).</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Stream<TEpilogue>(MatrixView a, MatrixView b, in TEpilogue consumer)
        where TEpilogue : struct, IEpilogue
    {
        const int width = 256;
        float* row = stackalloc float[width];
        for (int i = 0; i < a.Rows; i++)
            for (int j = 0; j < b.Columns; j += width)
            {
                int columns = Math.Min(width, b.Columns - j);
                MultiplySerial(a.Slice(i, 1, 0, a.Columns), b.Slice(0, b.Rows, j, columns), new MatrixView(row, 1, columns));
                consumer.Apply(new ProductTile(row, columns, i, 1, j, columns));
            }
    }

    private static void CheckShapes(MatrixView a, MatrixView b, MatrixView c)
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns)
            throw new ArgumentException(
                $"A {a} times B {b} cannot give C {c}: A's columns must be B's rows, and C must be [{a.Rows}, {b.Columns}].");
    }
}
