namespace Interp.Gemm;

/// <summary>Whole products on one kind of vector hardware: chooses how to share them among threads.</summary>
internal static unsafe class Product<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>A thread gets no less work than this (about 10 µs), which pays for handing it over.</summary>
    private const long FewestTerms = 750_000;

    /// <summary>Work is cut in parts of about this size (about 100 µs), so that an unlucky thread leaves little to wait for.</summary>
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
            BlockProduct<TSimd, TVector>.Run(a, b, c, 0, 0, epilogue, accumulate);
            return;
        }
        long parts = Math.Clamp(terms / UsualTerms, threads, 16L * threads) / threads * threads;
        int down = 1, across = 1;
        while ((long)down * across < parts)
        {
            if (c.Columns / across > c.Rows / down) across *= 2;
            else down *= 2;
        }
        int rows = BlockProduct<TSimd, TVector>.Evenly(c.Rows, (c.Rows + down - 1) / down, 1);
        int columns = BlockProduct<TSimd, TVector>.Evenly(c.Columns, (c.Columns + across - 1) / across, 2 * TSimd.Width);
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
            BlockProduct<TSimd, TVector>.Run(
                a.Slice(row, m, 0, a.Columns), b.Slice(0, b.Rows, column, n), c.Slice(row, m, column, n), row, column, epilogue, accumulate);
        }
    }

    private readonly struct Batch(BatchView a, BatchView b, BatchView c, bool accumulate) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            for (int i = start; i < end; i++)
                BlockProduct<TSimd, TVector>.Run(a[i], b[i], c[i], 0, 0, default(NoEpilogue), accumulate);
        }
    }

    private readonly struct Streams<TEpilogue>(MatrixView a, MatrixView b, TEpilogue consumer, int rows) : IParallelBody
        where TEpilogue : struct, IEpilogue
    {
        public void Invoke(int index)
        {
            int row = index * rows, m = Math.Min(rows, a.Rows - row);
            int columns = BlockProduct<TSimd, TVector>.Evenly(b.Columns, BlockProduct<TSimd, TVector>.MaxColumns, 2 * TSimd.Width);
            MatrixView part = a.Slice(row, m, 0, a.Columns);
            Scratch scratch = Scratch.Rent();
            try
            {
                float* block = scratch.C(m * columns);
                for (int j = 0; j < b.Columns; j += columns)
                {
                    int n = Math.Min(columns, b.Columns - j);
                    BlockProduct<TSimd, TVector>.Run(
                        part, b.Slice(0, b.Rows, j, n), new MatrixView(block, m, n, columns), row, j, default(NoEpilogue), accumulate: false);
                    consumer.Apply(new ProductTile(block, columns, row, m, j, n));
                }
            }
            finally
            {
                scratch.Return();
            }
        }
    }
}
