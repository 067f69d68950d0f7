using Interp.Gemm;
using Interp.Kernels;
using Interp.Scores;

namespace Interp;

/// <summary>The kernels of <c>Interp.Kernels</c> on the CPU, with SIMD and in parallel: what runs where no other runner is asked for.</summary>
public sealed class SimdScoreRunner : IScoreRunner
{
    private SimdScoreRunner()
    {
    }

    /// <summary>The runner; it has no state.</summary>
    public static SimdScoreRunner Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "CPU with SIMD";

    /// <inheritdoc/>
    public IScorePass Begin(Tokens tokens, int layers)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new Pass(tokens);
    }

    /// <inheritdoc/>
    public unsafe CopyingSums[] Copying(Tensor patterns, ReadOnlySpan<float> logits)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        CopyingShape shape = new(patterns, logits.Length);
        CopyingSums[] sums = new CopyingSums[shape.Patterns];
        fixed (float* p = patterns.Span, l = logits)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                PointerPattern attention = new(p + ((long)i * shape.Tokens * shape.Tokens), shape.Tokens, shape.Tokens);
                sums[i] = Kernels.Copying.Of(attention, new PointerLogits(l + shape.FirstLogit(i), shape.QueryStride));
            }
        }
        return sums;
    }

    /// <inheritdoc/>
    public IVocabularyRaise Vocabulary(Tensor unembedding, bool tied)
    {
        ArgumentNullException.ThrowIfNull(unembedding);
        return new Raise(unembedding, tied);
    }

    private sealed class Pass(Tokens tokens) : IScorePass
    {
        private readonly List<Func<Tensor, float[][]>> _scores = [];
        private readonly List<float[][]> _results = [];

        public void Add<TScore>(TScore score)
            where TScore : unmanaged, IQueryScore =>
            _scores.Add(pattern => [PatternScores.Mean(pattern, tokens, score)]);

        public void AddOffsets(int first, int last) => _scores.Add(pattern => PatternScores.OffsetAttentions(pattern, first, last));

        public void Score(Tensor pattern) => _results.Add([.. _scores.SelectMany(score => score(pattern))]);

        public float[][][] Finish() => [.. _results];
    }

    private sealed class Raise(Tensor unembedding, bool tied) : IVocabularyRaise
    {
        public unsafe float[] Of(ReadOnlySpan<float> rows, ReadOnlySpan<float> shifts)
        {
            float[] sums = new float[shifts.Length];
            fixed (float* x = rows, u = unembedding.Span, s = shifts, t = sums)
            {
                MatrixView stored = new(u, unembedding.Shape[0], unembedding.Shape[1]);
                MatrixProduct.Stream(new(x, shifts.Length, rows.Length / shifts.Length), tied ? stored.Transposed : stored, new RaiseSums(s, t));
            }
            return sums;
        }

        public void Dispose()
        {
        }
    }
}
