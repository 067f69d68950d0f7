using Interp.Device;
using Interp.Kernels;

namespace Interp.Ilgpu.Tests;

/// <summary>A device that computes another number is found out before it is used.</summary>
public class SelfCheckTests
{
    [Fact]
    public void Right_numbers_pass() => SelfCheck.Run(new OffRunner("nothing", 2));

    [Theory]
    [InlineData("scores of patterns", 1.0001f)]
    [InlineData("scores of patterns", float.NaN)]
    [InlineData("sums of copying", 1.0001f)]
    [InlineData("sums of copying", float.NaN)]
    [InlineData("raise of a vocabulary", 1.0001f)]
    [InlineData("raise of a vocabulary", float.NaN)]
    public void Another_number_is_named(string what, float factor) =>
        Assert.Contains($"the {what} came out as", Assert.Throws<InvalidOperationException>(() => SelfCheck.Run(new OffRunner(what, factor))).Message);

    /// <summary>The CPU's runner, one sort of its results off by a factor.</summary>
    private sealed class OffRunner(string what, float factor) : IScoreRunner
    {
        private readonly SimdScoreRunner _right = SimdScoreRunner.Instance;

        public string Name => "off";

        public IScorePass Begin(Tokens tokens, int layers) => new Pass(_right.Begin(tokens, layers), Factor("scores of patterns"));

        public CopyingSums[] Copying(Tensor patterns, ReadOnlySpan<float> logits) =>
            [.. _right.Copying(patterns, logits).Select(sums => sums with { Total = sums.Total * Factor("sums of copying") })];

        public IVocabularyRaise Vocabulary(Tensor unembedding, bool tied) => new Raise(_right.Vocabulary(unembedding, tied), Factor("raise of a vocabulary"));

        private float Factor(string of) => of == what ? factor : 1;
    }

    private sealed class Pass(IScorePass right, float factor) : IScorePass
    {
        public void Add<TScore>(TScore score)
            where TScore : unmanaged, IQueryScore =>
            right.Add(score);

        public void AddOffsets(int first, int last) => right.AddOffsets(first, last);

        public void Score(Tensor pattern) => right.Score(pattern);

        public float[][][] Finish() => [.. right.Finish().Select(layer => layer.Select(heads => heads.Select(value => value * factor).ToArray()).ToArray())];
    }

    private sealed class Raise(IVocabularyRaise right, float factor) : IVocabularyRaise
    {
        public float[] Of(ReadOnlySpan<float> rows, ReadOnlySpan<float> shifts) => [.. right.Of(rows, shifts).Select(sum => sum * factor)];

        public void Dispose() => right.Dispose();
    }
}
