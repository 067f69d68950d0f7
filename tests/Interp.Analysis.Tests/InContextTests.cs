using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public class InContextTests
{
    [Fact]
    public void The_indices_are_the_papers_from_512_on_and_scaled_below()
    {
        Assert.Equal(new InContextIndices(50, 50, 500, 500), InContextIndices.For(512));
        Assert.Equal(new InContextIndices(10, 15, 112, 127), InContextIndices.For(128));
        Assert.Equal(new InContextIndices(7, 11, 84, 95), InContextIndices.For(96));
        Assert.Equal(new InContextIndices(1, 1, 3, 3), InContextIndices.For(4));
    }

    [Fact]
    public void The_score_is_late_minus_early_and_negative_where_the_loss_falls()
    {
        // Entry p predicts position p + 1 and holds 5 − 0.01 (p + 1).
        Tensor losses = Tensor.From([.. Enumerable.Range(1, 127).Select(i => 5 - (0.01f * i))], 1, 127);
        Assert.Equal(-0.01 * (119.5 - 12.5), InContextScore.Of(losses), 1e-5);
        Assert.Equal(0, InContextScore.Of(Tensor.Full(3, 4, 63)), 1e-12);
        Assert.Throws<ArgumentException>(() => InContextScore.Of(losses, new(1, 2, 100, 128)));
    }

    [Fact]
    public void The_derivative_of_a_logarithm_is_its_factor_everywhere()
    {
        float[] losses = [.. Enumerable.Range(1, 95).Select(i => 4 - (0.7f * MathF.Log(i)))];
        Assert.All(LossDerivative.Of(losses), slope => Assert.Equal(-0.7, slope, 1e-4));
        Assert.All(LossDerivative.Of(new float[20]), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void Loss_by_index_is_the_mean_over_rows() =>
        Assert.Equal([2f, 3f], LossByIndex.Of(Tensor.From([1, 2, 3, 4], 2, 2)));

    [Fact]
    public void Per_token_loss_vectors_take_the_same_entries_for_the_same_seed()
    {
        int[] chosen = TokenLosses.Choose(3, 4, seed: 5);
        Assert.Equal(chosen, TokenLosses.Choose(3, 4, seed: 5));
        Assert.NotEqual(TokenLosses.Choose(50, 40, 5), TokenLosses.Choose(50, 40, 6));
        Tensor losses = Tensor.From([.. Enumerable.Range(0, 12).Select(i => (float)i)], 3, 4);
        Assert.Equal([chosen[0], 4f + chosen[1], 8f + chosen[2]], TokenLosses.Vector(losses, chosen));
    }

    [Fact]
    public void The_before_and_after_projection_of_undoing_the_change_is_minus_its_length()
    {
        float[] start = [4, 4, 1], end = [1, 0, 1], direction = BeforeAndAfter.Direction(start, end);
        Assert.Equal([-0.6f, -0.8f, 0], direction);
        Assert.Equal(-5, BeforeAndAfter.Projection(direction, start, end), 1e-5);
        Assert.Throws<ArgumentException>(() => BeforeAndAfter.Direction(start, start));
    }

    [Fact]
    public void Principal_components_find_a_line_with_a_fixed_sign()
    {
        // Points along (3, −4)/5 around (1, 2).
        float[][] points = [.. new[] { -2f, -1f, 0f, 1f, 2f }.Select(t => new[] { 1 + (0.6f * t), 2 - (0.8f * t) })];
        Pca pca = Pca.Fit(points);
        Assert.Equal([1, 2], pca.Mean.Select(x => Math.Round(x, 6)));
        double[] component = Assert.Single(pca.Components);
        Assert.Equal(-0.6, component[0], 1e-6);
        Assert.Equal(0.8, component[1], 1e-6);
        Assert.Equal([2, 1, 0, -1, -2], pca.Coordinates.Select(c => Math.Round(c[0], 5)));
        Assert.Equal(1, pca.VarianceShares[0], 1e-6);
        Assert.Equal(pca.Coordinates[0][0], pca.Project(points[0])[0], 1e-6);
    }

    [Theory]
    [InlineData(6, 40)]
    [InlineData(40, 6)]
    public void Principal_components_are_orthonormal_and_rebuild_the_vectors_from_either_gram_matrix(int vectors, int length)
    {
        Rng random = new(7);
        float[][] points = [.. Enumerable.Range(0, vectors).Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.NextNormal()).ToArray())];
        Pca pca = Pca.Fit(points, components: 100);
        for (int a = 0; a < pca.Components.Length; a++)
            for (int b = 0; b < pca.Components.Length; b++)
                Assert.Equal(a == b ? 1 : 0, pca.Components[a].Zip(pca.Components[b], (x, y) => x * y).Sum(), 1e-8);
        for (int v = 0; v < vectors; v++)
            for (int i = 0; i < length; i++)
                Assert.Equal(points[v][i], pca.Mean[i] + pca.Components.Select((u, c) => u[i] * pca.Coordinates[v][c]).Sum(), 1e-6);
        Assert.Equal(1, pca.VarianceShares.Sum(), 1e-9);
    }
}
