using System.Runtime.InteropServices;
using Interp.Gemm;

namespace Interp.Tensors.Tests.Gemm;

/// <summary>A matrix in pinned memory with guard values around every element that belongs to it.</summary>
internal sealed unsafe class Matrix
{
    public const float Guard = 12345.5f;

    private readonly float[] _memory;

    private Matrix(int floats, Func<nint, MatrixView> view)
    {
        _memory = GC.AllocateUninitializedArray<float>(floats + 2 * Margin, pinned: true);
        _memory.AsSpan().Fill(Guard);
        View = view((nint)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, Margin));
    }

    public MatrixView View { get; }

    private static int Margin => 64;

    public static Matrix Dense(int rows, int columns) => new(rows * columns, p => new MatrixView((float*)p, rows, columns));

    /// <summary>Rows further apart than their length.</summary>
    public static Matrix Padded(int rows, int columns) => new(rows * (columns + 3), p => new MatrixView((float*)p, rows, columns, columns + 3));

    /// <summary>Neither rows nor columns adjacent.</summary>
    public static Matrix Sparse(int rows, int columns) => new(rows * columns * 6, p => new MatrixView((float*)p, rows, columns, columns * 6, 3));

    /// <summary>Stored as [columns, rows].</summary>
    public static Matrix Transposed(int rows, int columns) => new(rows * columns, p => new MatrixView((float*)p, columns, rows).Transposed);

    /// <summary>Columns in blocks, as heads' weights.</summary>
    public static Matrix Heads(int rows, int columns, int width)
    {
        int heads = (columns + width - 1) / width;
        return new(heads * rows * width, p => MatrixView.Heads((float*)p, heads, rows, width).Slice(0, rows, 0, columns));
    }

    /// <summary>Rows in blocks, as the transpose of heads' weights.</summary>
    public static Matrix TransposedHeads(int rows, int columns, int width)
    {
        int heads = (rows + width - 1) / width;
        return new(heads * columns * width, p => MatrixView.Heads((float*)p, heads, columns, width).Slice(0, columns, 0, rows).Transposed);
    }

    public Matrix Fill(int seed)
    {
        var random = new Random(seed);
        for (int r = 0; r < View.Rows; r++)
            for (int c = 0; c < View.Columns; c++) View[r, c] = random.NextSingle() * 2 - 1;
        return this;
    }

    public float[] Values()
    {
        var values = new float[View.Rows * View.Columns];
        for (int r = 0; r < View.Rows; r++)
            for (int c = 0; c < View.Columns; c++) values[r * View.Columns + c] = View[r, c];
        return values;
    }

    /// <summary>Everything that is not an element still holds the guard value.</summary>
    public void AssertGuards()
    {
        float[] copy = [.. _memory];
        fixed (float* origin = copy)
        {
            nint shift = (nint)View.Origin - Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
            for (int r = 0; r < View.Rows; r++)
                for (int c = 0; c < View.Columns; c++)
                    *(float*)((nint)origin + shift + (View.RowAxis.Offset(r) + View.ColumnAxis.Offset(c)) * sizeof(float)) = Guard;
        }
        Assert.All(copy, x => Assert.Equal(Guard, x));
    }
}
