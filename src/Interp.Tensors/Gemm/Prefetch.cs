using System.Runtime.Intrinsics.X86;

namespace Interp.Gemm;

/// <summary>Fetches a matrix that is needed soon into the second-level cache, a few rows at a time, while the kernel works on another one.</summary>
/// <remarks>Its rows are too far apart for the hardware to foresee. .NET has prefetches for x86 alone; elsewhere this does nothing.</remarks>
internal unsafe struct Prefetch
{
    private readonly float* _origin;
    private readonly nint _stride;
    private readonly int _rows;
    private readonly int _floats;
    private readonly int _rowsPerStep;
    private int _row;

    /// <summary>A fetch to be finished in <paramref name="steps"/> calls of <see cref="Step"/>.</summary>
    public Prefetch(in MatrixView x, int steps)
    {
        MatrixView along = x.ColumnAxis.Stride == 1 ? x : x.Transposed;
        if (!Sse.IsSupported || along.ColumnAxis.Stride != 1 || !along.ColumnAxis.IsPlain || !along.RowAxis.IsPlain) return;
        _origin = along.Origin;
        _stride = along.RowAxis.Stride;
        _rows = along.Rows;
        _floats = along.Columns;
        _rowsPerStep = (_rows + steps - 1) / steps;
    }

    /// <summary>Asks at once for the rows of a tile of at most two cache lines' width.</summary>
    public static void Tile(float* origin, nint stride, int rows, int floats)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < rows; i++, origin += stride)
        {
            Sse.Prefetch0(origin);
            Sse.Prefetch0(origin + floats - 1);
        }
    }

    /// <summary>Asks for the next rows.</summary>
    public void Step()
    {
        for (int end = Math.Min(_rows, _row + _rowsPerStep); _row < end; _row++)
            for (int i = 0; i < _floats; i += 16) Sse.Prefetch1(_origin + _row * _stride + i);
    }
}
