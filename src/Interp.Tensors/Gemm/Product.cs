using Interp.Simd;

namespace Interp.Gemm;

/// <summary>Whole products on one kind of vector hardware: chooses how to share them among threads.</summary>
internal static unsafe class Product<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>A thread gets no less work than this (about 10 µs), which pays for handing it over.</summary>
    private const long FewestTerms = 750_000;

    /// <summary>A product is cut in up to four parts a thread if they are no smaller than this (about 100 µs): an unlucky thread then leaves less to wait for.</summary>
    private const long UsualTerms = 8_000_000;

    /// <summary>The rows of a tile that a stream's consumer sees.</summary>
    private const int StreamRows = 252;

    /// <summary>C = f(A·B) or f(C + A·B).</summary>
    public static void Multiply<TEpilogue>(in MatrixView a, in MatrixView b, in MatrixView c, in TEpilogue epilogue, bool accumulate, bool serial)
        where TEpilogue : struct, IEpilogue
    {
        if (c.Rows == 0 || c.Columns == 0) return;
        long terms = (long)c.Rows * c.Columns * a.Columns;
        int threads = (int)Math.Min(Parallelism.Threads, terms / FewestTerms);
        if (serial || threads <= 1)
        {
            BlockProduct<S, V, TEpilogue>.Run(a, b, c, epilogue, 0, 0, accumulate);
            return;
        }
        long parts = Math.Clamp(terms / UsualTerms, threads, 4L * threads) / threads * threads;
        int down = 1, across = 1;
        while ((long)down * across < parts)
        {
            if (c.Columns / across > c.Rows / down) across *= 2;
            else down *= 2;
        }
        int rows = BlockProduct<S, V, TEpilogue>.Evenly(c.Rows, (c.Rows + down - 1) / down, 1);
        int columns = BlockProduct<S, V, TEpilogue>.Evenly(c.Columns, (c.Columns + across - 1) / across, BlockProduct<S, V, TEpilogue>.TileColumns);
        across = (c.Columns + columns - 1) / columns;
        Parallelism.For((c.Rows + rows - 1) / rows * across, new Blocks<TEpilogue>(a, b, c, epilogue, accumulate, rows, columns, across));
    }

    /// <summary>A_i·B_i for each i.</summary>
    public static void Batched(in BatchView a, in BatchView b, in BatchView c, bool accumulate)
    {
        long terms = (long)c.First.Rows * c.First.Columns * a.First.Columns;
        int group = (int)Math.Clamp(FewestTerms / Math.Max(1, terms), 1, c.Count);
        if (c.Count < 2 * Parallelism.Threads && terms >= UsualTerms)
        {
            for (int i = 0; i < c.Count; i++) Multiply(a[i], b[i], c[i], default(NoEpilogue), accumulate, serial: false);
            return;
        }
        Parallelism.ForRange(c.Count, group, new Batch(a, b, c, accumulate));
    }

    /// <summary>Hands A·B to the consumer.</summary>
    public static void Stream<TEpilogue>(in MatrixView a, in MatrixView b, in TEpilogue consumer)
        where TEpilogue : struct, IEpilogue
    {
        if (a.Rows == 0 || b.Columns == 0) return;
        long terms = (long)a.Rows * a.Columns * b.Columns;
        int threads = (int)Math.Clamp(terms / FewestTerms, 1, Parallelism.Threads);
        int parts = (a.Rows + StreamRows - 1) / StreamRows;
        parts = (parts + threads - 1) / threads * threads;
        int rows = (a.Rows + parts - 1) / parts;
        Parallelism.For((a.Rows + rows - 1) / rows, new Streams<TEpilogue>(a, b, consumer, rows));
    }

    private readonly struct Blocks<TEpilogue>(
        MatrixView a, MatrixView b, MatrixView c, TEpilogue epilogue, bool accumulate, int rows, int columns, int across) : IParallelBody
        where TEpilogue : struct, IEpilogue
    {
        public void Invoke(int index)
        {
            (int row, int column) = (index / across * rows, index % across * columns);
            int m = Math.Min(rows, c.Rows - row), n = Math.Min(columns, c.Columns - column);
            BlockProduct<S, V, TEpilogue>.Run(
                a.Slice(row, m, 0, a.Columns), b.Slice(0, b.Rows, column, n), c.Slice(row, m, column, n), epilogue, row, column, accumulate);
        }
    }

    private readonly struct Batch(BatchView a, BatchView b, BatchView c, bool accumulate) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            for (int i = start; i < end; i++)
                BlockProduct<S, V, NoEpilogue>.Run(a[i], b[i], c[i], default, 0, 0, accumulate);
        }
    }

    private readonly struct Streams<TEpilogue>(MatrixView a, MatrixView b, TEpilogue consumer, int rows) : IParallelBody
        where TEpilogue : struct, IEpilogue
    {
        public void Invoke(int index)
        {
            int row = index * rows, m = Math.Min(rows, a.Rows - row);
            int columns = BlockProduct<S, V, TEpilogue>.BlockColumns(b.Columns);
            Scratch scratch = Scratch.Rent();
            try
            {
                // Every block of columns at the same place: the next one overwrites it.
                var block = new MatrixAxis(b.Columns, 1, columns, BlockStride: 0);
                var c = new MatrixView(scratch.C(m * columns), new MatrixAxis(m, columns), block);
                BlockProduct<S, V, TEpilogue>.Run(a.Slice(row, m, 0, a.Columns), b, c, consumer, row, 0, accumulate: false, allRows: true);
            }
            finally
            {
                scratch.Return();
            }
        }
    }
}
