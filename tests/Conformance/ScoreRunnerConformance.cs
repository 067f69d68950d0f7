using Interp.Kernels;

namespace Interp.Tests.Conformance;

/// <summary>What every score runner must do. Derived test classes name the runner; <c>interp.sln</c> runs this on the CPU's SIMD units, <c>integrations.sln</c> on devices.</summary>
public abstract class ScoreRunnerConformance
{
    // Sums of at most some hundred float32 numbers up to 1, in any order, and logarithms that differ in their last bits.
    private const float Tolerance = 1e-5f;

    protected abstract IScoreRunner Runner { get; }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 3, 9, 9)]
    [InlineData(3, 2, 2, 17, 17)]
    [InlineData(2, 3, 1, 5, 12)]
    [InlineData(2, 1, 4, 64, 64)]
    public void Scores_of_patterns_equal_their_definitions(int layers, int batch, int heads, int queries, int keys)
    {
        Case it = new(layers, batch, heads, queries, keys);
        int first = queries / 3;
        IScorePass pass = Runner.Begin(it.Tokens, layers);
        pass.Add(new PrefixMatching(first));
        pass.Add(new PrefixMatchingPredecessor(first));
        pass.Add(new DuplicateToken(first));
        pass.Add(default(PreviousToken));
        pass.Add(default(FirstToken));
        pass.Add(default(AttentionEntropy));
        pass.AddOffsets(2, 4);
        foreach (Tensor pattern in it.Patterns) pass.Score(pattern);
        float[][][] results = pass.Finish();

        Assert.Equal(layers, results.Length);
        for (int l = 0; l < layers; l++)
        {
            int layer = l;
            Assert.Equal(9, results[l].Length);
            Equal(it.Mean(layer, (p, t, q) => q < first ? null : Targets(t, q, +1) is { Length: > 0 } at ? at.Sum(k => p(q, k)) : null), results[l][0]);
            Equal(it.Mean(layer, (p, t, q) => q < first ? null : Targets(t, q, -1) is { Length: > 0 } at ? at.Sum(k => p(q, k)) : null), results[l][1]);
            Equal(it.Mean(layer, (p, t, q) => q < first ? null : Targets(t, q, 0) is { Length: > 0 } at ? at.Sum(k => p(q, k)) : null), results[l][2]);
            Equal(it.Mean(layer, (p, _, q) => Diagonal(it, p, q, 1)), results[l][3]);
            Equal(it.Mean(layer, (p, _, q) => p(q, 0)), results[l][4]);
            Equal(it.Mean(layer, (p, _, q) => Enumerable.Range(0, keys).Sum(k => p(q, k) > 0 ? -p(q, k) * Math.Log(p(q, k)) : 0)), results[l][5]);
            for (int d = 2; d <= 4; d++)
            {
                int offset = d;
                Equal(it.Mean(layer, (p, _, q) => Diagonal(it, p, q, offset)), results[l][4 + d]);
            }
        }

        // The keys that an earlier occurrence of the query's token points at.
        int[] Targets(int[] tokens, int query, int shift)
        {
            int position = query + keys - queries;
            return [.. Enumerable.Range(0, position).Where(k => tokens[k] == tokens[position]).Select(k => k + shift).Where(k => k >= 0 && k < position)];
        }
    }

    [Fact]
    public void Passes_that_overlap_keep_their_results_apart()
    {
        Case one = new(2, 1, 2, 6, 6), other = new(2, 2, 3, 8, 8);
        IScorePass first = Runner.Begin(one.Tokens, 2), second = Runner.Begin(other.Tokens, 2);
        first.Add(default(FirstToken));
        second.Add(default(PreviousToken));
        second.Add(default(FirstToken));
        for (int l = 0; l < 2; l++)
        {
            first.Score(one.Patterns[l]);
            second.Score(other.Patterns[l]);
        }
        float[][][] last = second.Finish(), before = first.Finish();
        for (int l = 0; l < 2; l++)
        {
            Equal(one.Mean(l, (p, _, q) => p(q, 0)), before[l][0]);
            Equal(other.Mean(l, (p, _, q) => Diagonal(other, p, q, 1)), last[l][0]);
            Equal(other.Mean(l, (p, _, q) => p(q, 0)), last[l][1]);
        }
    }

    [Fact]
    public void A_pattern_may_change_as_soon_as_it_is_handed_over()
    {
        Case it = new(1, 1, 2, 6, 6);
        IScorePass pass = Runner.Begin(it.Tokens, 2);
        pass.Add(default(FirstToken));
        Tensor pattern = it.Patterns[0].Clone();
        pass.Score(pattern);
        pattern.Span.Clear();
        pass.Score(pattern);
        float[][][] results = pass.Finish();
        Equal(it.Mean(0, (p, _, q) => p(q, 0)), results[0][0]);
        Equal([0, 0], results[1][0]);
    }

    [Fact]
    public void A_number_that_is_none_shows_in_the_scores_that_read_it()
    {
        Case it = new(1, 1, 2, 6, 6);
        it.Patterns[0][0, 1, 4, 0] = float.NaN;
        IScorePass pass = Runner.Begin(it.Tokens, 1);
        pass.Add(default(FirstToken));
        pass.Add(default(AttentionEntropy));
        pass.Add(default(PreviousToken));
        pass.Score(it.Patterns[0]);
        float[][] results = pass.Finish()[0];
        Assert.Equal([false, true], results[0].Select(float.IsNaN));
        Assert.Equal([false, true], results[1].Select(float.IsNaN));
        Assert.Equal([false, false], results[2].Select(float.IsNaN));
    }

    [Fact]
    public void Patterns_that_do_not_fit_the_tokens_are_refused()
    {
        IScorePass pass = Runner.Begin(new Tokens([1, 2, 3, 4], 1, 4), 1);
        pass.Add(default(FirstToken));
        Assert.Contains("[1, 5]", Assert.Throws<ArgumentException>(() => pass.Score(Tensor.Zeros(1, 2, 5, 5))).Message);
        Assert.Contains("axes", Assert.Throws<ArgumentException>(() => pass.Score(Tensor.Zeros(2, 4, 4))).Message);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 5)]
    [InlineData(3, 4, 25)]
    public void Sums_of_copying_equal_their_definitions(int layers, int heads, int tokens)
    {
        Tensor patterns = Tensor.From(Random(layers * heads * tokens * tokens, 1, 0), layers, heads, tokens, tokens);
        float[] logits = Random(layers * heads * tokens * tokens, 2, -1);
        CopyingSums[] sums = Runner.Copying(patterns, logits);
        Assert.Equal(layers * heads, sums.Length);
        for (int i = 0; i < sums.Length; i++)
        {
            (int layer, int head) = (i / heads, i % heads);
            double attended = 0, lowered = 0, total = 0;
            for (int q = 0; q < tokens; q++)
                for (int j = 0; j < tokens; j++)
                {
                    double logit = logits[(((((layer * tokens) + q) * heads) + head) * tokens) + j], p = patterns[layer, head, q, j];
                    attended += p * Math.Max(logit, 0);
                    lowered += p * Math.Max(-logit, 0);
                    total += Math.Max(logit, 0);
                }
            // Relative: up to 625 terms.
            Assert.Equal(1, Ratio(sums[i].Attended, attended), Tolerance);
            Assert.Equal(1, Ratio(sums[i].Lowered, lowered), Tolerance);
            Assert.Equal(1, Ratio(sums[i].Total, total), Tolerance);
        }
        Assert.Throws<ArgumentException>(() => Runner.Copying(patterns, logits.AsSpan(1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_streamed_raise_of_a_vocabulary_equals_its_definition(bool tied)
    {
        const int width = 24, vocabulary = 501;
        float[] weight = Random(width * vocabulary, 3, -1);
        using IVocabularyRaise raise = Runner.Vocabulary(Tensor.From(weight, tied ? [vocabulary, width] : [width, vocabulary]), tied);
        // Fewer rows after more, as from layer to layer.
        foreach (int rows in new[] { 7, 40, 3 })
        {
            float[] x = Random(rows * width, rows, -1), shifts = Random(rows, 5, -1), sums = raise.Of(x, shifts);
            for (int row = 0; row < rows; row++)
            {
                double expected = 0;
                for (int v = 0; v < vocabulary; v++)
                {
                    double logit = -shifts[row];
                    for (int i = 0; i < width; i++) logit += (double)x[(row * width) + i] * weight[tied ? (v * width) + i : (i * vocabulary) + v];
                    expected += Math.Max(logit, 0);
                }
                Assert.Equal(1, Ratio(sums[row], expected), Tolerance);
            }
        }
    }

    [Fact]
    public void Head_scores_are_those_of_the_CPU()
    {
        TransformerConfig config = new() { Layers = 2, DModel = 24, Heads = 3, DHead = 8, Vocabulary = 50, Context = 24 };
        HookedTransformer model = new(config, seed: 3);
        HeadScoreOptions options = new() { Sequences = 3, Period = 6, Repeats = 3 };
        HeadScores cpu = HeadScores.Measure(model, options), here = HeadScores.Measure(model, options with { Runner = Runner });
        Assert.Equal(cpu.Count, here.Count);
        for (int i = 0; i < cpu.Count; i++)
        {
            Assert.Equal(cpu[i].Kind, here[i].Kind);
            Assert.Equal(cpu[i].BestOffset, here[i].BestOffset);
            Func<HeadScore, double>[] scores =
            [
                s => s.PrefixMatching, s => s.PrefixMatchingPredecessor, s => s.PrefixMatchingVaried, s => s.PrefixMatchingLowest, s => s.Copying,
                s => s.CopyingAlternative, s => s.CopyingSigned, s => s.PreviousToken, s => s.DuplicateToken, s => s.FirstToken, s => s.Entropy, s => s.BestOffsetAttention,
            ];
            Assert.All(scores, score => Assert.Equal(score(cpu[i]), score(here[i]), Tolerance));
        }
    }

    [Fact]
    public void Copying_over_the_whole_vocabulary_is_that_of_the_CPU()
    {
        foreach (bool tied in new[] { false, true })
        {
            TransformerConfig config = new() { Layers = 2, DModel = 24, Heads = 3, DHead = 8, Vocabulary = 301, Context = 12, TiedEmbeddings = tied };
            HookedTransformer model = new(config, seed: 4);
            Tokens tokens = new TokenSampler(config, 4).WithoutBos(2, 11);
            HeadCopying[,] cpu = CopyingScores.Measure(model, tokens, CopyingTotal.Vocabulary), here = CopyingScores.Measure(model, tokens, CopyingTotal.Vocabulary, Runner);
            foreach (HeadId head in HeadId.All(config))
            {
                Assert.Equal(cpu[head.Layer, head.Head].Score, here[head.Layer, head.Head].Score, Tolerance);
                Assert.Equal(cpu[head.Layer, head.Head].Alternative, here[head.Layer, head.Head].Alternative, Tolerance);
                Assert.Equal(cpu[head.Layer, head.Head].SignedScore, here[head.Layer, head.Head].SignedScore, Tolerance);
            }
        }
    }

    private static double? Diagonal(Case it, Func<int, int, double> pattern, int query, int offset)
    {
        int key = query + it.Tokens.Positions - it.Queries - offset;
        return key < 0 ? null : pattern(query, key);
    }

    private static double Ratio(double actual, double expected) => actual == expected ? 1 : actual / expected;

    private static void Equal(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.IsNaN(expected[i])) Assert.True(float.IsNaN(actual[i]), $"{actual[i]} where no query has a value");
            else Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }

    private static float[] Random(int length, int seed, float from)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => from + (random.NextSingle() * (1 - from)))];
    }

    /// <summary>Random causal patterns of some layers over sequences of few different tokens.</summary>
    private sealed class Case
    {
        private readonly int _batch, _heads;

        public Case(int layers, int batch, int heads, int queries, int keys)
        {
            (_batch, _heads, Queries) = (batch, heads, queries);
            Random random = new((layers * 1000) + keys);
            Tokens = new Tokens([.. Enumerable.Range(0, batch * keys).Select(_ => random.Next(6))], batch, keys);
            Patterns = [.. Enumerable.Range(0, layers).Select(_ => Pattern(random, keys))];
        }

        public int Queries { get; }

        public Tokens Tokens { get; }

        public Tensor[] Patterns { get; }

        /// <summary>Each head's mean over the batch of the means over queries, from the value of a query; null where it has none.</summary>
        public double[] Mean(int layer, Func<Func<int, int, double>, int[], int, double?> value) =>
            [.. Enumerable.Range(0, _heads).Select(h => Average(Enumerable.Range(0, _batch)
                .Select(b => Average(Enumerable.Range(0, Queries).Select(q => value((query, key) => Patterns[layer][b, h, query, key], Tokens.Row(b).ToArray(), q))))
                .Select(mean => double.IsNaN(mean) ? null : (double?)mean)))];

        private static double Average(IEnumerable<double?> values) => values.Average() ?? double.NaN;

        private Tensor Pattern(Random random, int keys)
        {
            Tensor pattern = Tensor.Zeros(_batch, _heads, Queries, keys);
            for (int row = 0; row < _batch * _heads * Queries; row++)
            {
                Span<float> seen = pattern.Span.Slice(row * keys, (row % Queries) + keys - Queries + 1);
                float sum = 0;
                foreach (ref float p in seen) sum += p = random.NextSingle();
                foreach (ref float p in seen) p /= sum;
            }
            return pattern;
        }
    }
}
