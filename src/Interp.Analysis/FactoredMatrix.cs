using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace Interp;

/// <summary>A matrix of low rank as the product Left·Right, never multiplied out: eigenvalues, singular values and norms come from r × r products.</summary>
/// <remarks>
/// <code>
/// FactoredMatrix ov = Circuit.Ov(model, (1, 2));
/// double norm = ov.Norm();
/// FactoredMatrix full = Circuit.FullOv(model, (1, 2));   // [vocabulary, vocabulary], stored as its factors
/// Complex[] eigenvalues = full.Eigenvalues();
/// </code>
/// Products are accumulated in double.
/// </remarks>
public sealed class FactoredMatrix
{
    /// <summary>The product of <paramref name="left"/> [m, r] and <paramref name="right"/> [r, n].</summary>
    /// <exception cref="ArgumentException">The factors do not fit.</exception>
    public FactoredMatrix(Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Rank != 2 || right.Rank != 2 || left.Shape[1] != right.Shape[0])
            throw new ArgumentException($"Factors [m, r] and [r, n] are needed, not [{Text(left)}] and [{Text(right)}].", nameof(right));
        (Left, Right) = (left.Detach(), right.Detach());
    }

    /// <summary>The left factor [m, r].</summary>
    public Tensor Left { get; }

    /// <summary>The right factor [r, n].</summary>
    public Tensor Right { get; }

    /// <summary>m.</summary>
    public int Rows => Left.Shape[0];

    /// <summary>n.</summary>
    public int Columns => Right.Shape[1];

    /// <summary>The inner size r, a bound on the rank.</summary>
    public int Inner => Left.Shape[1];

    /// <summary>The transposed matrix.</summary>
    public FactoredMatrix Transposed => new(Ops.Permute(Right, 1, 0).Keep(), Ops.Permute(Left, 1, 0).Keep());

    /// <summary>This matrix times another: the middle product is multiplied out, on the side that leaves the smaller inner size.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public FactoredMatrix Times(FactoredMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Columns != other.Rows) throw new ArgumentException($"[{Rows}, {Columns}] times [{other.Rows}, {other.Columns}]: the inner sizes differ.", nameof(other));
        Tensor middle = Ops.MatMul(Right, other.Left);
        return Inner <= other.Inner
            ? new(Left, Ops.MatMul(middle, other.Right).Keep())
            : new(Ops.MatMul(Left, middle).Keep(), other.Right);
    }

    /// <summary>Left times this, [k, m]·[m, n].</summary>
    public FactoredMatrix LeftMultipliedBy(Tensor matrix) => new(Ops.MatMul(matrix, Left).Keep(), Right);

    /// <summary>This times <paramref name="matrix"/>, [m, n]·[n, k].</summary>
    public FactoredMatrix RightMultipliedBy(Tensor matrix) => new(Left, Ops.MatMul(Right, matrix).Keep());

    /// <summary>The matrix multiplied out [m, n], for small ones.</summary>
    public Tensor ToTensor() => Ops.MatMul(Left, Right);

    /// <summary>The Frobenius norm: √Tr(LeftᵀLeft · RightRightᵀ).</summary>
    public double Norm()
    {
        Matrix<double> left = LeftGram(), right = RightGram();
        return Math.Sqrt(Math.Max(0, left.PointwiseMultiply(right).RowSums().Sum()));
    }

    /// <summary>The trace of a square matrix.</summary>
    /// <exception cref="InvalidOperationException">The matrix is not square.</exception>
    public double Trace() => Core().Trace();

    /// <summary>The r eigenvalues that can differ from zero, by falling magnitude: those of the r × r matrix Right·Left.</summary>
    /// <exception cref="InvalidOperationException">The matrix is not square.</exception>
    public Complex[] Eigenvalues() => [.. Core().Evd().EigenValues.OrderByDescending(Complex.Abs)];

    /// <summary>Σλ / Σ|λ| (real part), in [−1, 1]: 1 where all eigenvalues are positive. The copying score of a full OV circuit (Elhage et al. 2021).</summary>
    /// <returns>0 for a zero matrix.</returns>
    public double EigenvalueScore()
    {
        Complex[] values = Eigenvalues();
        double magnitude = values.Sum(Complex.Abs);
        return magnitude == 0 ? 0 : values.Sum(value => value.Real) / magnitude;
    }

    /// <summary>The r singular values, falling.</summary>
    public double[] SingularValues() => Svd().Values;

    /// <summary>The singular value decomposition U·diag(S)·Vᵀ: U [m, r], S [r], V [n, r], by falling singular value.</summary>
    /// <remarks>From the eigenvectors of the factors' r × r Gram matrices: vectors of singular values below 1e-7 of the largest are not meaningful.</remarks>
    public (double[] Values, Tensor U, Tensor V) Svd()
    {
        (Matrix<double> leftRoot, Matrix<double> leftInverse) = SymmetricRoot.Factor(LeftGram());
        (Matrix<double> rightRoot, Matrix<double> rightInverse) = SymmetricRoot.Factor(RightGram());
        var svd = (leftRoot * rightRoot.Transpose()).Svd();
        return ([.. svd.S],
            Ops.MatMul(Left, SmallProducts.ToTensor(leftInverse * svd.U)).Keep(),
            Ops.MatMul(Ops.Permute(Right, 1, 0), SmallProducts.ToTensor(rightInverse * svd.VT.Transpose())).Keep());
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{Rows}, {Columns}] as [{Rows}, {Inner}]·[{Inner}, {Columns}]";

    /// <summary>Right·Left [r, r]: it has the matrix's trace and nonzero eigenvalues.</summary>
    private Matrix<double> Core()
    {
        if (Rows != Columns) throw new InvalidOperationException($"Only a square matrix has a trace and eigenvalues; this one is [{Rows}, {Columns}].");
        return SmallProducts.Inner(Right, Left);
    }

    private Matrix<double> LeftGram() => SmallProducts.Gram(Left);

    private Matrix<double> RightGram() => SmallProducts.Gram(Ops.Permute(Right, 1, 0));

    private static string Text(Tensor tensor) => string.Join(", ", tensor.Shape.ToArray());
}
