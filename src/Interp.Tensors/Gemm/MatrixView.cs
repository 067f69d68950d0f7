namespace Interp.Gemm;

/// <summary>A matrix in memory: element (r, c) is at <c>Pointer[r·RowStride + (c / ColumnBlock)·BlockStride + (c % ColumnBlock)·ColumnStride]</c>.</summary>
/// <remarks>Column blocks let the heads' [h, d_model, d_head] weights act as one [d_model, h·d_head] matrix; <c>ColumnBlock = Columns</c> is an ordinary strided matrix.</remarks>
public readonly unsafe struct MatrixView
{
}
