namespace Interp.Gemm;

/// <summary>What one call of the kernel works on: a tile of C and its rows of A and columns of B. Strides count elements.</summary>
internal unsafe struct TileOperands
{
    /// <summary>The tile's first row of A.</summary>
    public float* A;

    /// <summary>From one row of A to the next.</summary>
    public nint ARow;

    /// <summary>From one column of A to the next.</summary>
    public nint AStep;

    /// <summary>The tile's first column of B; the columns of a vector are adjacent.</summary>
    public float* B;

    /// <summary>From one row of B to the next.</summary>
    public nint BStep;

    /// <summary>From B's first vector of columns to its second.</summary>
    public nint BSecond;

    /// <summary>The columns of A, which are the rows of B.</summary>
    public int Steps;

    /// <summary>The tile; the columns of a vector are adjacent.</summary>
    public float* C;

    /// <summary>From one row of C to the next.</summary>
    public nint CRow;

    /// <summary>From C's first vector of columns to its second.</summary>
    public nint CSecond;

    /// <summary>Whether the product is added to what C holds.</summary>
    public bool Accumulate;
}
