namespace Interp.Kernels;

/// <summary>A matrix, as a struct that a CPU loop or a GPU kernel can hold.</summary>
public interface IMatrixView
{
    /// <summary>The element of a row and a column.</summary>
    float this[int row, int column] { get; }
}
