using MathNet.Numerics.LinearAlgebra;
using Lanes = System.Numerics.Vector<double>;

namespace Interp;

/// <summary>Products with a long inner and short outer axes, accumulated in double.</summary>
internal static class SmallProducts
{
    /// <summary>a·b as a double matrix: a [m, k], b [k, n] with m and n small.</summary>
    public static Matrix<double> Inner(Tensor a, Tensor b)
    {
        (int m, int k, int n) = (a.Shape[0], a.Shape[1], b.Shape[1]);
        double[] sums = new double[m * n], row = new double[n];
        ReadOnlySpan<float> left = a.Span, right = b.Span;
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < n; j++) row[j] = right[(i * n) + j];
            for (int r = 0; r < m; r++) AddScaled(sums.AsSpan(r * n, n), row, left[(r * k) + i]);
        }
        return Matrix<double>.Build.DenseOfRowMajor(m, n, sums);
    }

    /// <summary>aᵀ·a [n, n] of a [k, n].</summary>
    public static Matrix<double> Gram(Tensor a) => Inner(Ops.Permute(a, 1, 0), a);

    /// <summary>A double matrix as a tensor.</summary>
    public static Tensor ToTensor(Matrix<double> matrix) =>
        Tensor.From([.. matrix.ToRowMajorArray().Select(x => (float)x)], matrix.RowCount, matrix.ColumnCount);

    private static void AddScaled(Span<double> sums, ReadOnlySpan<double> row, double factor)
    {
        int j = 0;
        for (; j <= sums.Length - Lanes.Count; j += Lanes.Count)
            (new Lanes(sums[j..]) + (new Lanes(row[j..]) * factor)).CopyTo(sums[j..]);
        for (; j < sums.Length; j++) sums[j] += row[j] * factor;
    }
}
