namespace Interp.Gemm;

/// <summary>Equal matrices at regular places, counted by two indices (such as batch and head): matrix i is
/// <see cref="First"/> moved by <c>(i / Inner)·OuterStride + (i % Inner)·InnerStride</c> elements.</summary>
/// <param name="First">The matrix at index 0.</param>
/// <param name="Outer">The count of the slow index.</param>
/// <param name="OuterStride">Elements from one to the next slow index; 0 repeats the matrix.</param>
/// <param name="Inner">The count of the fast index.</param>
/// <param name="InnerStride">Elements from one to the next fast index; 0 repeats the matrix.</param>
public readonly record struct BatchView(MatrixView First, int Outer, nint OuterStride, int Inner = 1, nint InnerStride = 0)
{
    /// <summary>The number of matrices.</summary>
    public int Count => Outer * Inner;

    /// <summary>Matrix <paramref name="i"/>.</summary>
    public unsafe MatrixView this[int i]
    {
        get
        {
            (int outer, int inner) = Math.DivRem(i, Inner);
            return new MatrixView(First.Origin + outer * OuterStride + inner * InnerStride, First.RowAxis, First.ColumnAxis);
        }
    }
}
