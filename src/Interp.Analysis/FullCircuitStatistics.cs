using System.Numerics.Tensors;
using Interp.Circuits;
using Interp.Gemm;

namespace Interp;

/// <summary>What a full circuit [vocabulary, vocabulary] does with each token itself: how high the diagonal entry stands in its row.</summary>
/// <remarks>All vocabulary² entries are computed once, tile by tile, and forgotten: memory stays at a few numbers a row at any vocabulary.</remarks>
/// <param name="MeanDiagonalRank">The mean over rows of the number of entries above the diagonal one: 0 where every token raises itself most.</param>
/// <param name="MedianDiagonalRank">The median of these.</param>
/// <param name="Top1Accuracy">The share of rows whose largest entry is the diagonal one: "top-1 copying".</param>
/// <param name="MeanDiagonal">The mean diagonal entry.</param>
/// <param name="MeanEntry">The mean of all entries.</param>
public sealed record FullCircuitStatistics(double MeanDiagonalRank, double MedianDiagonalRank, double Top1Accuracy, double MeanDiagonal, double MeanEntry)
{
    /// <summary>Streams a square factored matrix, such as <see cref="Circuit.FullOv"/>.</summary>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    public static unsafe FullCircuitStatistics Of(FactoredMatrix circuit)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        if (circuit.Rows != circuit.Columns) throw new ArgumentException($"A diagonal needs a square circuit; this one is {circuit}.", nameof(circuit));
        int size = circuit.Rows;
        float[] diagonal = Diagonal(circuit);
        int[] above = new int[size];
        double[] sums = new double[size];
        fixed (float* left = circuit.Left.Span, right = circuit.Right.Span, d = diagonal)
        fixed (int* a = above)
        fixed (double* s = sums)
            MatrixProduct.Stream(new(left, size, circuit.Inner), new(right, circuit.Inner, size), new DiagonalRanks(d, a, s));
        int[] sorted = [.. above.Order()];
        return new(
            above.Average(rank => (double)rank),
            (sorted[(size - 1) / 2] + sorted[size / 2]) / 2.0,
            above.Count(rank => rank == 0) / (double)size,
            diagonal.Average(value => (double)value),
            sums.Sum() / ((double)size * size));
    }

    private static float[] Diagonal(FactoredMatrix circuit)
    {
        int size = circuit.Rows, inner = circuit.Inner;
        double[] sums = new double[size];
        ReadOnlySpan<float> left = circuit.Left.Span, right = circuit.Right.Span;
        for (int r = 0; r < inner; r++)
            for (int i = 0; i < size; i++) sums[i] += (double)left[(i * inner) + r] * right[(r * size) + i];
        return Array.ConvertAll(sums, sum => (float)sum);
    }
}
