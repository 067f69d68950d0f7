using Interp.Kernels;

namespace Interp.Ilgpu.Tests;

/// <summary>What a pass that does not end well leaves to the others.</summary>
public class FailingPassTests(CpuFixture cpu) : IClassFixture<CpuFixture>
{
    private static readonly Tokens s_tokens = new([1, 2, 1], 1, 3);

    // Uniform attention: a third of the last query's goes to the first token.
    private static readonly Tensor s_pattern = Tensor.From([1, 0, 0, 0.5f, 0.5f, 0, 1 / 3f, 1 / 3f, 1 / 3f], 1, 1, 3, 3);

    [Fact]
    public void A_pass_without_room_says_so_and_the_next_ones_run()
    {
        // More passes than the runner has places to stage them.
        for (int i = 0; i < 4; i++)
        {
            IScorePass pass = TooLarge();
            pass.Score(s_pattern);
            Assert.Contains("numbers at once", Assert.Throws<InvalidOperationException>(() => pass.Finish()).Message);
        }
        AssertScores(Small());
    }

    [Fact]
    public void Only_the_pass_that_fails_hears_of_it()
    {
        IScorePass before = Small(layers: 2), failing = TooLarge(layers: 2), after = Small(layers: 2);
        before.Score(s_pattern);
        failing.Score(s_pattern);
        after.Score(s_pattern);
        before.Score(s_pattern);
        after.Score(s_pattern);
        AssertMeans(after.Finish(), 2);
        AssertMeans(before.Finish(), 2);
        Assert.Throws<InvalidOperationException>(() => failing.Finish());
    }

    [Fact]
    public void Passes_that_nobody_finishes_are_in_no_ones_way()
    {
        for (int i = 0; i < 5; i++)
        {
            IScorePass pass = Small(layers: 2);
            pass.Score(s_pattern);
            if (i % 2 == 0) pass.Score(s_pattern);
        }
        AssertScores(Small());
    }

    private static void AssertScores(IScorePass pass)
    {
        pass.Score(s_pattern);
        AssertMeans(pass.Finish(), 1);
    }

    private static void AssertMeans(float[][][] results, int layers)
    {
        Assert.Equal(layers, results.Length);
        // (1 + 1/2 + 1/3) / 3, three roundings of float32.
        Assert.All(results, layer => Assert.Equal(11 / 18f, Assert.Single(Assert.Single(layer)), 1e-6f));
    }

    private IScorePass Small(int layers = 1)
    {
        IScorePass pass = cpu.Runner.Begin(s_tokens, layers);
        pass.Add(default(FirstToken));
        return pass;
    }

    /// <summary>A pass whose results no array could hold.</summary>
    private IScorePass TooLarge(int layers = 1)
    {
        IScorePass pass = cpu.Runner.Begin(s_tokens, layers);
        pass.AddOffsets(0, int.MaxValue - 2);
        return pass;
    }
}
