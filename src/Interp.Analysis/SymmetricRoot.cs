using MathNet.Numerics.LinearAlgebra;

namespace Interp;

/// <summary>Roots of positive semidefinite matrices.</summary>
internal static class SymmetricRoot
{
    /// <summary>R with RᵀR = gram: Λ^½ Qᵀ.</summary>
    public static Tensor Of(Matrix<double> gram) => SmallProducts.ToTensor(Factor(gram).Root);

    /// <summary>R and R⁻¹ with RᵀR = gram: Λ^½ Qᵀ and Q Λ^−½ (zero where Λ is).</summary>
    public static (Matrix<double> Root, Matrix<double> Inverse) Factor(Matrix<double> gram)
    {
        var eigen = gram.Evd(Symmetricity.Symmetric);
        double floor = eigen.EigenValues.Max(value => value.Real) * 1e-15;
        double[] roots = [.. eigen.EigenValues.Select(value => Math.Sqrt(Math.Max(0, value.Real)))];
        double[] inverses = [.. eigen.EigenValues.Select(value => value.Real > floor ? 1 / Math.Sqrt(value.Real) : 0)];
        return (Matrix<double>.Build.DiagonalOfDiagonalArray(roots) * eigen.EigenVectors.Transpose(),
            eigen.EigenVectors * Matrix<double>.Build.DiagonalOfDiagonalArray(inverses));
    }
}
