namespace Interp.Kernels.Tests;

public class VectorRowsTests
{
    // Sums of at most 64 terms below 1 in another order: a few rounding errors of 6e-8.
    private const float Tolerance = 2e-6f;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(101)]
    public void Scores_with_vectors_equal_scores_with_plain_loops(int length)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Random random = new(seed);
            ArrayTokens tokens = new([.. Enumerable.Range(0, length).Select(_ => random.Next(5))]);
            ArrayPattern pattern = ArrayPattern.Random(length, seed);
            VectorRows rows = default;
            Assert.Equal(Scalar.Mean(new PrefixMatching(0), pattern, tokens), QueryMean.Of(new PrefixMatching(0), pattern, tokens, rows), Tolerance);
            Assert.Equal(Scalar.Mean(new PrefixMatchingPredecessor(0), pattern, tokens), QueryMean.Of(new PrefixMatchingPredecessor(0), pattern, tokens, rows), Tolerance);
            Assert.Equal(Scalar.Mean(new DuplicateToken(0), pattern, tokens), QueryMean.Of(new DuplicateToken(0), pattern, tokens, rows), Tolerance);
            // The logarithm of the vector path may differ from MathF.Log in the last bits.
            Assert.Equal(Scalar.Mean(new AttentionEntropy(), pattern), QueryMean.Of(new AttentionEntropy(), pattern, tokens, rows), 1e-5f);
        }
    }
}
