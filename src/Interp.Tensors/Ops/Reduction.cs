using System.Numerics.Tensors;

namespace Interp;

/// <summary>Sums whose order depends on the shapes alone.</summary>
internal static unsafe class Reduction
{
    private const int Block = 4096;

    // Rows are summed in this many parts at most, each of at least SmallestPart rows.
    private const int MaxParts = 16;
    private const int SmallestPart = 64;

    // From here on columns alone make enough independent work.
    private const int WideColumns = 4096;
    private const int ColumnGrain = 1024;

    /// <summary>The sum of all elements: float32 inside blocks, float64 over blocks.</summary>
    public static float Sum(ReadOnlySpan<float> values)
    {
        if (values.Length <= Block) return TensorPrimitives.Sum(values);
        double sum = 0;
        for (int i = 0; i < values.Length; i += Block) sum += TensorPrimitives.Sum(values.Slice(i, Math.Min(Block, values.Length - i)));
        return (float)sum;
    }

    /// <summary>target[r] = Σ_c source[r, c]</summary>
    public static void RowSums(float* source, int rows, int columns, float* target) =>
        Parallelism.ForRange(rows, Math.Max(1, Elementwise.Grain / Math.Max(1, columns)), new RowRange(source, columns, target));

    /// <summary>target[c] = Σ_r source[r, c], added to what is there if <paramref name="accumulate"/>.</summary>
    public static void ColumnSums(float* source, int rows, int columns, float* target, bool accumulate)
    {
        if (columns >= WideColumns || rows < 2 * SmallestPart)
        {
            if (!accumulate) new Span<float>(target, columns).Clear();
            Parallelism.ForRange(columns, Math.Max(ColumnGrain, Elementwise.Grain / Math.Max(1, rows)), new ColumnRange(source, rows, columns, target));
            return;
        }
        int partRows = PartRows(rows), parts = (rows + partRows - 1) / partRows;
        float[] scratch = TensorPool.Rent(parts * columns);
        fixed (float* partial = scratch)
        {
            Parallelism.ForRange(rows, partRows, new PartRange(source, columns, partial, partRows));
            if (!accumulate) new Span<float>(target, columns).Clear();
            AddRows(partial, parts, columns, target, columns);
        }
        TensorPool.Return(scratch);
    }

    /// <summary>The number of rows in each part when <paramref name="rows"/> rows are summed in parts.</summary>
    public static int PartRows(int rows) => Math.Max(SmallestPart, (rows + MaxParts - 1) / MaxParts);

    /// <summary>target[c] += Σ_r source[r, c] for a width of columns, on this thread.</summary>
    public static void AddRows(float* source, int rows, nint stride, float* target, int width)
    {
        var sum = new Span<float>(target, width);
        for (int r = 0; r < rows; r++) TensorPrimitives.Add(sum, new ReadOnlySpan<float>(source + r * stride, width), sum);
    }

    private readonly struct RowRange(float* source, int columns, float* target) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            for (int r = start; r < end; r++) target[r] = Sum(new ReadOnlySpan<float>(source + (nint)r * columns, columns));
        }
    }

    private readonly struct ColumnRange(float* source, int rows, int columns, float* target) : IParallelRange
    {
        public void Invoke(int start, int end) => AddRows(source + start, rows, columns, target + start, end - start);
    }

    private readonly struct PartRange(float* source, int columns, float* partial, int partRows) : IParallelRange
    {
        public void Invoke(int start, int end)
        {
            float* part = partial + (nint)(start / partRows) * columns;
            new Span<float>(part, columns).Clear();
            AddRows(source + (nint)start * columns, end - start, columns, part, columns);
        }
    }
}
