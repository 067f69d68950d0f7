namespace Interp.Models.Tests;

public class SamplerTests
{
    private static readonly float[] s_logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.15f), MathF.Log(0.05f)];

    private static double[] Frequencies(Sampler sampler)
    {
        const int Draws = 20_000;
        Rng random = new(9);
        double[] counts = new double[4];
        for (int i = 0; i < Draws; i++) counts[sampler.Next(s_logits, random)] += 1.0 / Draws;
        return counts;
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        // Four standard deviations of a frequency over 20,000 draws.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 4 * Math.Sqrt(0.25 / 20_000));
    }

    [Fact]
    public void Tokens_are_drawn_with_their_probabilities() => AssertClose([0.5, 0.3, 0.15, 0.05], Frequencies(new Sampler()));

    [Fact]
    public void Temperature_sharpens()
    {
        double[] squares = [0.25, 0.09, 0.0225, 0.0025];
        AssertClose([.. squares.Select(p => p / squares.Sum())], Frequencies(new Sampler { Temperature = 0.5 }));
    }

    [Fact]
    public void Top_k_keeps_the_k_most_probable() => AssertClose([0.625, 0.375, 0, 0], Frequencies(new Sampler { TopK = 2 }));

    [Fact]
    public void Top_p_keeps_the_fewest_that_reach_p()
    {
        AssertClose([0.625, 0.375, 0, 0], Frequencies(new Sampler { TopP = 0.7 }));
        AssertClose([0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0], Frequencies(new Sampler { TopP = 0.81 }));
        AssertClose([1, 0, 0, 0], Frequencies(new Sampler { TopP = 0.01 }));
    }

    [Fact]
    public void Greedy_takes_the_largest_and_of_equal_ones_the_first()
    {
        Assert.Equal(1, Sampler.Greedy.Next([0, 3, 3, 1], new Rng(0)));
        Assert.Equal(1, new Sampler { TopK = 1 }.Next([0, 3, 3, 1], new Rng(0)));
    }

    [Fact]
    public void Excluded_tokens_are_never_drawn()
    {
        Rng random = new(1);
        Assert.All(Enumerable.Range(0, 500), _ => Assert.Equal(1, new Sampler().Next([float.NegativeInfinity, 0, float.NegativeInfinity], random)));
    }

    [Fact]
    public void Logits_that_are_no_numbers_and_fields_out_of_range_are_refused()
    {
        Assert.Contains("token 1", Assert.Throws<ArgumentException>(() => Sampler.Greedy.Next([0, float.NaN], new Rng(0))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Sampler.Greedy.Next([float.NegativeInfinity], new Rng(0)));
        Assert.Throws<ArgumentException>(() => new Sampler { TopP = 0 }.Next([0, 1], new Rng(0)));
        Assert.Throws<ArgumentException>(() => new Sampler { Temperature = -1 }.Next([0, 1], new Rng(0)));
        Assert.Throws<ArgumentException>(() => new Sampler { TopK = -1 }.Next([0, 1], new Rng(0)));
    }
}
