using MathNet.Numerics.LinearAlgebra;

namespace Interp;

/// <summary>Principal components of vectors: for the joint picture of per-token-loss vectors over snapshots and models.</summary>
/// <remarks>
/// <code>
/// Pca pca = Pca.Fit([.. models.SelectMany(m => m.LossVectors)], components: 2);
/// double x = pca.Coordinates[0][0];
/// </code>
/// The sign of a component is chosen so that its entry of largest magnitude (the first of equal ones) is positive.
/// </remarks>
public sealed class Pca
{
    private Pca(double[] mean, double[][] components, double[][] coordinates, double[] shares) =>
        (Mean, Components, Coordinates, VarianceShares) = (mean, components, coordinates, shares);

    /// <summary>The mean vector [d].</summary>
    public double[] Mean { get; }

    /// <summary>The unit vectors [component][d], by falling variance.</summary>
    public double[][] Components { get; }

    /// <summary>Each fitted vector's coordinates [vector][component].</summary>
    public double[][] Coordinates { get; }

    /// <summary>The share of the total variance along each component.</summary>
    public double[] VarianceShares { get; }

    /// <summary>The first components of <paramref name="vectors"/>, after subtracting their mean.</summary>
    /// <param name="vectors">n vectors of one length d; the cost is n·d·min(n, d).</param>
    /// <param name="components">How many; fewer come back where the vectors span less.</param>
    /// <exception cref="ArgumentException">No vectors, or vectors of several lengths.</exception>
    public static Pca Fit(IReadOnlyList<float[]> vectors, int components = 2)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        if (vectors.Count == 0 || vectors.Any(v => v.Length != vectors[0].Length))
            throw new ArgumentException("Components need one or more vectors, all of one length.", nameof(vectors));
        int n = vectors.Count, d = vectors[0].Length;
        double[] mean = new double[d];
        foreach (float[] vector in vectors)
            for (int i = 0; i < d; i++) mean[i] += vector[i] / (double)n;
        double[][] centred = [.. vectors.Select(v => v.Select((x, i) => x - mean[i]).ToArray())];

        // Eigenvectors of the smaller of X Xᵀ and Xᵀ X.
        bool byVectors = n <= d;
        double[][] rows = byVectors ? centred : Transposed(centred, d);
        Matrix<double> gram = Gram(rows);
        var eigen = gram.Evd(Symmetricity.Symmetric);
        double total = Enumerable.Range(0, rows.Length).Sum(i => gram[i, i]);
        int size = rows.Length;
        List<double[]> directions = [];
        List<double> shares = [];
        for (int c = 0; c < Math.Min(components, size); c++)
        {
            // Ascending order: the largest is last.
            double value = eigen.EigenValues[size - 1 - c].Real;
            if (total == 0 || value <= 1e-12 * total) break;
            double[] eigenvector = eigen.EigenVectors.Column(size - 1 - c).ToArray();
            double[] direction = byVectors ? Combine(centred, eigenvector, d) : eigenvector;
            Normalise(direction);
            directions.Add(direction);
            shares.Add(value / total);
        }
        double[][] coordinates = [.. centred.Select(v => directions.Select(u => Dot(u, v)).ToArray())];
        return new Pca(mean, [.. directions], coordinates, [.. shares]);
    }

    /// <summary>The coordinates of a further vector on the fitted components.</summary>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public double[] Project(ReadOnlySpan<float> vector)
    {
        if (vector.Length != Mean.Length) throw new ArgumentException($"These components are of vectors of {Mean.Length} entries, not {vector.Length}.", nameof(vector));
        double[] centred = new double[vector.Length];
        for (int i = 0; i < centred.Length; i++) centred[i] = vector[i] - Mean[i];
        return [.. Components.Select(u => Dot(u, centred))];
    }

    private static Matrix<double> Gram(double[][] rows)
    {
        double[,] gram = new double[rows.Length, rows.Length];
        Parallelism.For(rows.Length, i =>
        {
            for (int j = 0; j <= i; j++) gram[i, j] = gram[j, i] = Dot(rows[i], rows[j]);
        });
        return Matrix<double>.Build.DenseOfArray(gram);
    }

    private static double[][] Transposed(double[][] rows, int width) =>
        [.. Enumerable.Range(0, width).Select(j => rows.Select(row => row[j]).ToArray())];

    private static double[] Combine(double[][] rows, double[] weights, int width)
    {
        double[] sum = new double[width];
        for (int r = 0; r < rows.Length; r++)
            for (int i = 0; i < width; i++) sum[i] += weights[r] * rows[r][i];
        return sum;
    }

    private static void Normalise(double[] vector)
    {
        double norm = Math.Sqrt(Dot(vector, vector)), largest = 0;
        foreach (double x in vector)
            if (Math.Abs(x) > Math.Abs(largest)) largest = x;
        double scale = (largest < 0 ? -1 : 1) / norm;
        for (int i = 0; i < vector.Length; i++) vector[i] *= scale;
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);
}
