namespace Interp.Gemm;

/// <summary>Finished elements of a product, hot in the cache: rows [Row, Row + Rows) × columns [Column, Column + Columns).</summary>
public readonly unsafe struct ProductTile
{
    internal ProductTile(float* origin, nint stride, int row, int rows, int column, int columns)
    {
        Origin = origin;
        Stride = stride;
        (Row, Rows, Column, Columns) = (row, rows, column, columns);
    }

    /// <summary>The address of element (Row, Column).</summary>
    public float* Origin { get; }

    /// <summary>Elements from one row to the next; columns are adjacent.</summary>
    public nint Stride { get; }

    /// <summary>The product's row that the tile starts at.</summary>
    public int Row { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The product's column that the tile starts at.</summary>
    public int Column { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The tile's part of the product's row <c>Row + i</c>.</summary>
    public Span<float> this[int i] => new(Origin + i * Stride, Columns);

    /// <summary>The tile as an operand of another product.</summary>
    public MatrixView View => new(Origin, Rows, Columns, Stride);
}
