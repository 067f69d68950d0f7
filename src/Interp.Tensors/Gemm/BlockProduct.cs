using System.Runtime.CompilerServices;

namespace Interp.Gemm;

/// <summary>One block of a product on one thread, blocked for the caches.</summary>
/// <remarks>
/// A block of B (<see cref="MaxSteps"/> × <see cref="MaxColumns"/>) stays in the second-level cache, a few rows of A in the first,
/// and the kernel's sums in registers. How the inner dimension is cut depends on its length alone.
/// </remarks>
internal static unsafe class BlockProduct<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The longest stretch of the inner dimension that the kernel sums at once: 14 rows of it are 28 KB.</summary>
    public const int MaxSteps = 512;

    /// <summary>The widest block of B; with <see cref="MaxSteps"/> it is half a megabyte.</summary>
    public const int MaxColumns = 256;

    /// <summary>Up to so many tiles of rows, copying B costs more than it saves.</summary>
    private const int FewRowTiles = 3;

    /// <summary>Up to so many tiles of columns, copying A costs more than it saves.</summary>
    private const int FewColumnTiles = 4;

    private static int TileColumns => 2 * TSimd.Width;

    /// <summary>C = A·B or C += A·B, then the epilogue, told that C starts at (<paramref name="row"/>, <paramref name="column"/>).</summary>
    public static void Run<TEpilogue>(in MatrixView a, in MatrixView b, in MatrixView c, int row, int column, in TEpilogue epilogue, bool accumulate)
        where TEpilogue : struct, IEpilogue
    {
        if (a.Columns == 0)
        {
            Empty(c, row, column, epilogue, accumulate);
            return;
        }
        Scratch scratch = Scratch.Rent();
        try
        {
            int columns = Evenly(c.Columns, MaxColumns, TileColumns), steps = Evenly(a.Columns, MaxSteps, 8);
            for (int j = 0; j < c.Columns; j += columns)
            {
                int n = Math.Min(columns, c.Columns - j);
                for (int k = 0; k < a.Columns; k += steps)
                {
                    int depth = Math.Min(steps, a.Columns - k);
                    bool last = k + depth == a.Columns;
                    Columns(
                        a.Slice(0, a.Rows, k, depth), b.Slice(k, depth, j, n), c.Slice(0, c.Rows, j, n), row, column + j, epilogue, accumulate || k > 0, last, scratch);
                }
            }
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <summary>The part size, a multiple of <paramref name="unit"/> and at most <paramref name="most"/>, that cuts a length in equal parts.</summary>
    public static int Evenly(int length, int most, int unit)
    {
        int parts = Math.Max(1, (length + most - 1) / most);
        return Math.Max(unit, ((length + parts - 1) / parts + unit - 1) / unit * unit);
    }

    /// <summary>A stretch of the inner dimension for a few hundred columns and all rows.</summary>
    private static void Columns<TEpilogue>(
        in MatrixView a, in MatrixView b, in MatrixView c, int row, int column, in TEpilogue epilogue, bool accumulate, bool last, Scratch scratch)
        where TEpilogue : struct, IEpilogue
    {
        int depth = a.Columns, columns = c.Columns, rowTiles = (c.Rows + TSimd.TileRows - 1) / TSimd.TileRows;
        bool packB = !(rowTiles <= FewRowTiles && b.ColumnAxis.IsPlain && b.ColumnAxis.Stride == 1 && b.RowAxis.IsPlain);
        bool packA = !(columns <= FewColumnTiles * TileColumns && a.RowAxis.IsPlain && a.ColumnAxis.IsPlain);
        float* packedB = scratch.B(depth * ((columns + TileColumns - 1) / TileColumns * TileColumns));
        if (packB)
            for (int j = 0; j < columns; j += TileColumns)
                PackColumns(b, j, Math.Min(TileColumns, columns - j), packedB + (nint)j * depth);

        bool rowsAdjacent = a.ColumnAxis.Stride != 1 && a.RowAxis.Stride == 1;
        // An odd number of cache lines, so that rows do not fall on each other in the first-level cache.
        nint packedRow = rowsAdjacent ? 1 : (depth + 15) / 16 * 16 + ((depth + 15) / 16 % 2 == 0 ? 16 : 0);
        nint packedStep = rowsAdjacent ? 16 : 1;
        float* packedA = packA ? scratch.A(rowsAdjacent ? 16 * depth : TSimd.TileRows * (int)packedRow) : null;

        TileOperands tile = default;
        tile.Steps = depth;
        for (int i = 0, left = rowTiles; left > 0; left--)
        {
            int rows = (c.Rows - i + left - 1) / left;
            if (packA)
            {
                MatrixView part = a.Slice(i, rows, 0, depth);
                if (rowsAdjacent) Packing.Rows(part.Transposed, packedA, packedStep, rows);
                else Packing.Rows(part, packedA, packedRow, depth);
                (tile.ARow, tile.AStep) = (packedRow, packedStep);
                tile.A = packedA;
            }
            else
            {
                (tile.ARow, tile.AStep) = (a.RowAxis.Stride, a.ColumnAxis.Stride);
                tile.A = a.Origin + i * a.RowAxis.Stride;
            }
            for (int j = 0; j < columns; j += TileColumns)
            {
                int n = Math.Min(TileColumns, columns - j);
                int width = n > TSimd.Width ? TileColumns : TSimd.Width;
                if (packB)
                {
                    tile.B = packedB + (nint)j * depth;
                    (tile.BStep, tile.BSecond) = (width, TSimd.Width);
                }
                else if (n == width)
                {
                    tile.B = b.Origin + j;
                    (tile.BStep, tile.BSecond) = (b.RowAxis.Stride, TSimd.Width);
                }
                else
                {
                    tile.B = packedB;
                    (tile.BStep, tile.BSecond) = (width, TSimd.Width);
                    if (i == 0) PackColumns(b, j, n, packedB);
                }
                Store(c, i, rows, j, n, width, accumulate, ref tile, scratch);
            }
            if (last && typeof(TEpilogue) != typeof(NoEpilogue)) Finish(c, i, rows, row, column, epilogue);
            i += rows;
        }
    }

    /// <summary>The product over an empty inner dimension, which is zero.</summary>
    private static void Empty<TEpilogue>(in MatrixView c, int row, int column, in TEpilogue epilogue, bool accumulate)
        where TEpilogue : struct, IEpilogue
    {
        if (!accumulate)
            for (int i = 0; i < c.Rows; i++)
                for (int j = 0; j < c.Columns; j++) c[i, j] = 0;
        if (typeof(TEpilogue) != typeof(NoEpilogue)) Finish(c, 0, c.Rows, row, column, epilogue);
    }

    private static void PackColumns(in MatrixView b, int column, int columns, float* target)
    {
        int width = columns > TSimd.Width ? TileColumns : TSimd.Width;
        Packing.Rows(b.Slice(0, b.Rows, column, columns), target, width, width);
    }

    /// <summary>Runs the kernel on C itself where the tile's vectors lie whole in C, else by way of a scratch tile.</summary>
    private static void Store(in MatrixView c, int row, int rows, int column, int columns, int width, bool accumulate, ref TileOperands tile, Scratch scratch)
    {
        tile.Accumulate = accumulate;
        if (columns == width && c.ColumnAxis.IsPlain && c.RowAxis.IsPlain)
        {
            tile.C = c.Origin + row * c.RowAxis.Stride + column;
            (tile.CRow, tile.CSecond) = (c.RowAxis.Stride, TSimd.Width);
            Tiles<TSimd, TVector>.Run(rows, width / TSimd.Width, tile);
            return;
        }
        tile.C = scratch.Tile(TSimd.TileRows * TileColumns);
        (tile.CRow, tile.CSecond) = (width, TSimd.Width);
        MatrixView part = c.Slice(row, rows, column, columns);
        if (accumulate) Packing.Rows(part, tile.C, width, width);
        Tiles<TSimd, TVector>.Run(rows, width / TSimd.Width, tile);
        for (int j = 0; j < columns;)
        {
            int run = part.ColumnAxis.Run(j);
            for (int i = 0; i < rows; i++)
                new ReadOnlySpan<float>(tile.C + i * width + j, run).CopyTo(new Span<float>(Unsafe.AsPointer(ref part[i, j]), run));
            j += run;
        }
    }

    private static void Finish<TEpilogue>(in MatrixView c, int row, int rows, int rowOrigin, int columnOrigin, in TEpilogue epilogue)
        where TEpilogue : struct, IEpilogue
    {
        for (int j = 0; j < c.Columns;)
        {
            int run = c.ColumnAxis.Run(j);
            for (int i = 0; i < rows;)
            {
                int rowRun = Math.Min(rows - i, c.RowAxis.Run(row + i));
                float* origin = c.Origin + c.RowAxis.Offset(row + i) + c.ColumnAxis.Offset(j);
                epilogue.Apply(new ProductTile(origin, c.RowAxis.Stride, rowOrigin + row + i, rowRun, columnOrigin + j, run));
                i += rowRun;
            }
            j += run;
        }
    }
}
