using Interp.Kernels;

namespace Interp.Device;

/// <summary>Runs every kernel on a small case before a device is trusted.</summary>
internal static class SelfCheck
{
    private const int Batch = 2, Heads = 2, Positions = 7, Width = 3, Vocabulary = 11;

    /// <summary>Compares a runner with <see cref="SimdScoreRunner"/>.</summary>
    /// <exception cref="InvalidOperationException">A number differs by more than 1e-5.</exception>
    public static void Run(IScoreRunner runner)
    {
        Compare("scores of patterns", Patterns(runner), Patterns(SimdScoreRunner.Instance));
        Compare("sums of copying", Copying(runner), Copying(SimdScoreRunner.Instance));
        Compare("raise of a vocabulary", Raise(runner), Raise(SimdScoreRunner.Instance));
    }

    private static void Compare(string what, IEnumerable<float> actual, IEnumerable<float> expected)
    {
        foreach ((float got, float should) in actual.Zip(expected))
        {
            if (!(Math.Abs(got - should) <= 1e-5f))
                throw new InvalidOperationException($"the {what} came out as {got} where {should} is right");
        }
    }

    private static IEnumerable<float> Patterns(IScoreRunner runner)
    {
        int[] ids = [1, 2, 3, 1, 2, 3, 1, 5, 4, 4, 5, 4, 5, 4];
        IScorePass pass = runner.Begin(new Tokens(ids, Batch, Positions), layers: 1);
        pass.Add(new PrefixMatching(1));
        pass.Add(new PrefixMatchingPredecessor(1));
        pass.Add(new DuplicateToken(1));
        pass.Add(default(PreviousToken));
        pass.Add(default(FirstToken));
        pass.Add(default(AttentionEntropy));
        pass.AddOffsets(2, 3);
        pass.Score(Attention(Batch));
        return pass.Finish()[0].SelectMany(means => means);
    }

    private static IEnumerable<float> Copying(IScoreRunner runner) =>
        runner.Copying(Attention(Batch), Wave(Batch * Heads * Positions * Positions)).SelectMany(sums => new[] { sums.Attended, sums.Lowered, sums.Total });

    private static float[] Raise(IScoreRunner runner)
    {
        using IVocabularyRaise vocabulary = runner.Vocabulary(Tensor.From(Wave(Width * Vocabulary), Width, Vocabulary), tied: false);
        return vocabulary.Of(Wave(4 * Width), [0, 0.1f, -0.1f, 0.2f]);
    }

    /// <summary>[batch, head, query, key]: each row falls off with the distance, and adds up to one.</summary>
    private static Tensor Attention(int batch)
    {
        float[] values = new float[batch * Heads * Positions * Positions];
        for (int row = 0; row < batch * Heads * Positions; row++)
        {
            int query = row % Positions;
            for (int key = 0; key <= query; key++) values[(row * Positions) + key] = 2f * (key + 1) / ((query + 1) * (query + 2));
        }
        return Tensor.From(values, batch, Heads, Positions, Positions);
    }

    private static float[] Wave(int length) => [.. Enumerable.Range(0, length).Select(i => MathF.Sin(i * 1.7f))];
}
