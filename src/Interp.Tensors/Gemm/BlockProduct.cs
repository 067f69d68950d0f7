using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using Interp.Simd;

namespace Interp.Gemm;

/// <summary>One block of a product on one thread, blocked for the caches.</summary>
/// <remarks>
/// A block of B (<see cref="MaxSteps"/> × <see cref="MaxColumns"/>) stays in the second-level cache, a few rows of A in the first,
/// the kernel's sums in registers; what comes next is fetched meanwhile. The inner dimension is cut by its length alone.
/// </remarks>
internal unsafe ref struct BlockProduct<S, V, TEpilogue>
    where S : struct, ISimd<V>
    where V : struct
    where TEpilogue : struct, IEpilogue
{
    // 14 rows of it are 21 KB: with B streaming by, they stay in a first-level cache of 32 KB or more.
    private const int MaxSteps = 384;

    // With MaxSteps it is 384 KB, which leaves room in a second-level cache of 1 MB for the next block on its way.
    private const int MaxColumns = 256;

    // Up to so many tiles, copying an operand costs more than it saves.
    private const int FewRowTiles = 3, FewColumnTiles = 4;

    // Rows of B so close together read as well in place.
    private const int NearbyRows = 256;

    // Rows of A at multiples of this many floats share too few sets of the first-level cache.
    private const int CollidingRows = 512;

    // So many terms take long enough for the tile of C to arrive meanwhile.
    private const int LongSum = 64;

    // Copied columns of A lie apart by a cache line, which a tile's rows fit.
    private const int ColumnOfA = 16;

    private readonly MatrixView _a, _b, _c;
    private readonly ref readonly TEpilogue _epilogue;
    private readonly Scratch _scratch;
    private TileOperands _tile;

    private BlockProduct(in MatrixView a, in MatrixView b, in MatrixView c, in TEpilogue epilogue, Scratch scratch)
    {
        (_a, _b, _c) = (a, b, c);
        _epilogue = ref epilogue;
        _scratch = scratch;
    }

    /// <summary>Columns of the widest tile.</summary>
    public static int TileColumns => 2 * S.Lanes;

    /// <summary>Rows of the largest tile of two vectors a row whose sums fit in the registers: 32 of AVX-512 and ARM, 16 of older x86.</summary>
    public static int TileRows => S.Lanes == 16 || AdvSimd.IsSupported ? 14 : 6;

    /// <summary>How many columns are worked on at a time.</summary>
    public static int BlockColumns(int columns) => Evenly(columns, MaxColumns, TileColumns);

    /// <summary>C = A·B or C += A·B, then the epilogue, told that C starts at (<paramref name="row"/>, <paramref name="column"/>).</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[k, n]</param>
    /// <param name="c">[m, n] with adjacent columns, in blocks or not.</param>
    /// <param name="epilogue">Sees a few rows of <see cref="BlockColumns"/> columns at a time, or all if <paramref name="allRows"/>.</param>
    /// <param name="row">The product's row that C starts at.</param>
    /// <param name="column">The product's column that C starts at.</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    /// <param name="allRows">Calls the epilogue for all rows at once.</param>
    public static void Run(
        in MatrixView a, in MatrixView b, in MatrixView c, in TEpilogue epilogue, int row, int column, bool accumulate, bool allRows = false)
    {
        Scratch scratch = Scratch.Rent();
        try
        {
            new BlockProduct<S, V, TEpilogue>(a, b, c, epilogue, scratch).Run(row, column, accumulate, allRows);
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <summary>The part size, a multiple of <paramref name="unit"/>, that cuts a length in nearly equal parts of about <paramref name="most"/> or less.</summary>
    public static int Evenly(int length, int most, int unit)
    {
        int parts = Math.Max(1, (length + most - 1) / most);
        return Math.Max(unit, ((length + parts - 1) / parts + unit - 1) / unit * unit);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(int row, int column, bool accumulate, bool allRows)
    {
        int inner = _a.Columns, columns = BlockColumns(_c.Columns), steps = Evenly(inner, MaxSteps, 8);
        for (int j = 0; j < _c.Columns; j += columns)
        {
            int n = Math.Min(columns, _c.Columns - j);
            if (inner == 0 && !accumulate) Clear(_c.Slice(0, _c.Rows, j, n));
            for (int k = 0; k < inner; k += steps)
            {
                int depth = Math.Min(steps, inner - k);
                bool last = k + depth == inner;
                MatrixView next = !last ? _b.Slice(k + depth, Math.Min(steps, inner - k - depth), j, n)
                    : j + n < _c.Columns ? _b.Slice(0, Math.Min(steps, inner), j + n, Math.Min(columns, _c.Columns - j - n))
                    : default;
                bool finish = last && !allRows && typeof(TEpilogue) != typeof(NoEpilogue);
                Multiply(k, depth, j, n, accumulate || k > 0, next, finish ? row : -1, column);
            }
            if (allRows || inner == 0) Finish(0, _c.Rows, j, n, row, column);
        }
    }

    /// <summary>Adds the terms [k, k + depth) to columns [column, column + columns) of all rows.</summary>
    /// <param name="k">The first term.</param>
    /// <param name="depth">The number of terms.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    /// <param name="next">The block of B to be used next.</param>
    /// <param name="rowOrigin">The product's row that C starts at, to call the epilogue; else −1.</param>
    /// <param name="columnOrigin">The product's column that C starts at.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int k, int depth, int column, int columns, bool accumulate, in MatrixView next, int rowOrigin, int columnOrigin)
    {
        int rowTiles = (_c.Rows + TileRows - 1) / TileRows, columnTiles = (columns + TileColumns - 1) / TileColumns;
        bool copyA = columnTiles > FewColumnTiles || _a.RowAxis.Stride % CollidingRows == 0 || !_a.RowAxis.IsPlain || !_a.ColumnAxis.IsPlain;
        bool copyB = (rowTiles > FewRowTiles && _b.RowAxis.Stride > NearbyRows)
            || _b.ColumnAxis.Stride != 1 || !_b.RowAxis.IsPlain || !_b.ColumnAxis.IsPlain;
        float* copiedB = CopyB(k, depth, column, columns, copyB);
        var fetchB = copyB ? new Prefetch(next, rowTiles * columnTiles) : default;
        _tile.Steps = depth;
        _tile.Accumulate = accumulate;
        for (int i = 0, left = rowTiles; left > 0; left--)
        {
            int rows = (_c.Rows - i + left - 1) / left;
            Prefetch fetchA = default;
            if (!copyA)
            {
                _tile.A = _a.Origin + i * _a.RowAxis.Stride + k * _a.ColumnAxis.Stride;
                (_tile.ARow, _tile.AStep) = (_a.RowAxis.Stride, _a.ColumnAxis.Stride);
            }
            else
            {
                CopyA(_a.Slice(i, rows, k, depth));
                if (left > 1) fetchA = new Prefetch(_a.Slice(i + rows, Math.Min(rows, _c.Rows - i - rows), k, depth), columnTiles);
            }
            for (int j = 0; j < columns; j += TileColumns)
            {
                fetchA.Step();
                fetchB.Step();
                int n = Math.Min(TileColumns, columns - j), vectors = n > S.Lanes ? 2 : 1;
                if (!copyB && n == vectors * S.Lanes)
                {
                    _tile.B = _b.Origin + k * _b.RowAxis.Stride + column + j;
                    (_tile.BStep, _tile.BSecond) = (_b.RowAxis.Stride, S.Lanes);
                }
                else
                {
                    _tile.B = copiedB + (nint)j * depth;
                    (_tile.BStep, _tile.BSecond) = (vectors * S.Lanes, S.Lanes);
                }
                RunTile(i, rows, column + j, n, vectors);
            }
            if (rowOrigin >= 0) Finish(i, rows, column, columns, rowOrigin, columnOrigin);
            i += rows;
        }
    }

    /// <summary>Copies B's columns in panels of a tile's width, or only the last panel if <paramref name="all"/> is false and it is not full.</summary>
    private readonly float* CopyB(int k, int depth, int column, int columns, bool all)
    {
        int full = columns / TileColumns;
        if (!all && full * TileColumns == columns) return null;
        float* target = _scratch.B(depth * (columns + TileColumns));
        int first = full;
        if (all && _b.ColumnAxis.Stride == 1 && _b.ColumnAxis.IsPlain && _b.RowAxis.IsPlain)
            Packing.Panels(_b.Origin + k * _b.RowAxis.Stride + column, _b.RowAxis.Stride, target, depth, full, TileColumns);
        else if (all)
            first = 0;
        for (int j = first * TileColumns; j < columns; j += TileColumns)
        {
            int n = Math.Min(TileColumns, columns - j), width = n > S.Lanes ? TileColumns : S.Lanes;
            Packing.Rows(_b.Slice(k, depth, column + j, n), target + (nint)j * depth, width, width);
        }
        return target;
    }

    /// <summary>Copies a tile's rows of A: as columns where they lie as columns, else as rows.</summary>
    private void CopyA(in MatrixView a)
    {
        if (a.ColumnAxis.Stride != 1 && a.RowAxis.Stride == 1)
        {
            _tile.A = _scratch.A(ColumnOfA * a.Columns);
            (_tile.ARow, _tile.AStep) = (1, ColumnOfA);
            Packing.Rows(a.Transposed, _tile.A, ColumnOfA, a.Rows);
            return;
        }
        // An odd number of cache lines, so that rows do not displace each other in the first-level cache.
        int stride = ((a.Columns + 15) / 16 | 1) * 16;
        _tile.A = _scratch.A(TileRows * stride);
        (_tile.ARow, _tile.AStep) = (stride, 1);
        Packing.Rows(a, _tile.A, stride, a.Columns);
    }

    /// <summary>Runs the kernel on C itself where each of the tile's vectors lies whole in C, else by way of scratch.</summary>
    private void RunTile(int row, int rows, int column, int columns, int vectors)
    {
        MatrixAxis columnAxis = _c.ColumnAxis;
        bool whole = columns == vectors * S.Lanes && _c.RowAxis.IsPlain
            && (columnAxis.IsPlain || (columnAxis.Run(column) >= S.Lanes && (vectors == 1 || columnAxis.Run(column + S.Lanes) >= S.Lanes)));
        if (whole)
        {
            nint offset = columnAxis.Offset(column);
            _tile.C = _c.Origin + row * _c.RowAxis.Stride + offset;
            _tile.CRow = _c.RowAxis.Stride;
            _tile.CSecond = vectors == 1 ? 0 : columnAxis.Offset(column + S.Lanes) - offset;
            if (_tile.Steps >= LongSum) Prefetch.Tile(_tile.C, _tile.CRow, rows, columns);
            Tiles<S, V>.Run(rows, vectors, _tile);
            return;
        }
        MatrixView part = _c.Slice(row, rows, column, columns);
        _tile.C = _scratch.Tile(TileRows * TileColumns);
        _tile.CRow = TileColumns;
        _tile.CSecond = S.Lanes;
        if (_tile.Accumulate) Packing.Rows(part, _tile.C, TileColumns, vectors * S.Lanes);
        Tiles<S, V>.Run(rows, vectors, _tile);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns;)
            {
                int run = part.ColumnAxis.Run(j);
                new ReadOnlySpan<float>(_tile.C + i * TileColumns + j, run).CopyTo(new Span<float>(Unsafe.AsPointer(ref part[i, j]), run));
                j += run;
            }
    }

    private readonly void Finish(int row, int rows, int column, int columns, int rowOrigin, int columnOrigin)
    {
        for (int i = row; i < row + rows;)
        {
            int rowRun = Math.Min(row + rows - i, _c.RowAxis.Run(i));
            for (int j = column; j < column + columns;)
            {
                int run = Math.Min(column + columns - j, _c.ColumnAxis.Run(j));
                float* origin = _c.Origin + _c.RowAxis.Offset(i) + _c.ColumnAxis.Offset(j);
                _epilogue.Apply(new ProductTile(origin, _c.RowAxis.Stride, rowOrigin + i, rowRun, columnOrigin + j, run));
                j += run;
            }
            i += rowRun;
        }
    }

    private static void Clear(in MatrixView c)
    {
        for (int i = 0; i < c.Rows; i++)
            for (int j = 0; j < c.Columns; j++) c[i, j] = 0;
    }
}
