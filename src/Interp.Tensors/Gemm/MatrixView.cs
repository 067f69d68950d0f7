namespace Interp.Gemm;

/// <summary>A matrix in memory: element (r, c) is at <c>Origin[RowAxis.Offset(r) + ColumnAxis.Offset(c)]</c>.</summary>
/// <remarks>
/// An axis may be cut in blocks, so that the heads' weights [h, d_model, d_head] act as one [d_model, h·d_head] matrix
/// (<see cref="Heads"/>). The view does not own its memory: the caller keeps it alive and pinned.
/// </remarks>
public readonly unsafe struct MatrixView
{
    /// <summary>A matrix with any strides, in elements.</summary>
    public MatrixView(float* origin, int rows, int columns, nint rowStride, nint columnStride = 1)
        : this(origin, new MatrixAxis(rows, rowStride), new MatrixAxis(columns, columnStride))
    {
    }

    /// <summary>A dense row-major matrix.</summary>
    public MatrixView(float* origin, int rows, int columns)
        : this(origin, rows, columns, columns)
    {
    }

    /// <summary>A matrix with any axes.</summary>
    public MatrixView(float* origin, MatrixAxis rows, MatrixAxis columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(columns.Length);
        Origin = origin;
        RowAxis = rows.Simplified();
        ColumnAxis = columns.Simplified();
    }

    /// <summary>The heads' matrices [h, rows, width], dense, side by side as one matrix [rows, h·width].</summary>
    public static MatrixView Heads(float* origin, int heads, int rows, int width) =>
        new(origin, new MatrixAxis(rows, width), new MatrixAxis(heads * width, 1, width, (nint)rows * width));

    /// <summary>The address that offsets count from.</summary>
    public float* Origin { get; }

    /// <summary>Where rows lie.</summary>
    public MatrixAxis RowAxis { get; }

    /// <summary>Where columns lie.</summary>
    public MatrixAxis ColumnAxis { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => RowAxis.Length;

    /// <summary>The number of columns.</summary>
    public int Columns => ColumnAxis.Length;

    /// <summary>The same elements with rows and columns exchanged.</summary>
    public MatrixView Transposed => new(Origin, ColumnAxis, RowAxis);

    /// <summary>The element in row <paramref name="r"/>, column <paramref name="c"/>; indices are not checked.</summary>
    public ref float this[int r, int c] => ref Origin[RowAxis.Offset(r) + ColumnAxis.Offset(c)];

    /// <summary>The part that starts at (<paramref name="row"/>, <paramref name="column"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the matrix.</exception>
    public MatrixView Slice(int row, int rows, int column, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)row, (uint)Rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)rows, (uint)(Rows - row));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)column, (uint)Columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)columns, (uint)(Columns - column));
        MatrixAxis rowAxis = RowAxis.Slice(row, rows, out nint rowOrigin), columnAxis = ColumnAxis.Slice(column, columns, out nint columnOrigin);
        return new MatrixView(Origin + rowOrigin + columnOrigin, rowAxis, columnAxis);
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{Rows}, {Columns}] (row stride {RowAxis.Stride}, column stride {ColumnAxis.Stride})";
}
