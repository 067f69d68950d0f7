using System.Collections;
using System.Globalization;
using Interp.Kernels;
using Interp.Scores;

namespace Interp;

/// <summary>The scores and kinds of all heads of a model.</summary>
/// <remarks>
/// <code>
/// HeadScores heads = HeadScores.Measure(model);
/// foreach (HeadScore head in heads.OfKind(HeadKind.Induction)) Console.WriteLine(head);
/// </code>
/// Definitions: Olsson et al. 2022, "head activation evaluators"; see <see cref="HeadScore"/> for each. Prefix matching is scored at several
/// periods besides the definition's, so that a head that attends a fixed number of positions back is not taken for an induction head.
/// </remarks>
public sealed class HeadScores : IReadOnlyList<HeadScore>
{
    private readonly HeadScore[] _scores;
    private readonly int _headsInLayer;

    private HeadScores(HeadScore[] scores, int headsInLayer, IReadOnlyList<string> notes) => (_scores, _headsInLayer, Notes) = (scores, headsInLayer, notes);

    /// <summary>Where the measurement differs from the definition (a short context, no BOS); empty where it does not.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <inheritdoc/>
    public int Count => _scores.Length;

    /// <summary>A head's scores, counting heads through the layers.</summary>
    public HeadScore this[int index] => _scores[index];

    /// <summary>A head's scores.</summary>
    public HeadScore this[int layer, int head] => _scores[(layer * _headsInLayer) + head];

    /// <summary>The heads of a kind, in order.</summary>
    public IEnumerable<HeadScore> OfKind(HeadKind kind) => _scores.Where(score => score.Kind == kind);

    /// <summary>The heads of a kind by layer and number, in order: what ablation and other interventions take.</summary>
    /// <example><code>Tensor losses = Ablation.Losses(model, tokens, scores.Heads(HeadKind.Induction));</code></example>
    public IReadOnlyList<HeadId> Heads(HeadKind kind) => [.. OfKind(kind).Select(score => new HeadId(score.Layer, score.Head))];

    /// <summary>Scores every head of <paramref name="model"/> over random sequences; only attention patterns are computed and none is stored.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to sample; the definition's ways by default.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The model's context is too short for any repeat, or the frequencies do not fit its vocabulary.</exception>
    public static HeadScores Measure(IHookedModel model, HeadScoreOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new HeadScoreOptions();
        TransformerConfig config = model.Config;
        SequencePlan plan = SequencePlan.For(config, options);
        TokenSampler sampler = new(config, options.Seed, options.Frequencies);
        int start = config.BosToken is null ? 0 : 1;

        Tokens repeated = sampler.Repeated(options.Sequences, plan.Period, plan.Repeats);
        PatternPass main = new(model, repeated, options.Runner, cancellation);
        float[] prefix = main.Add(new PrefixMatching(start + plan.Period));
        float[] predecessor = main.Add(new PrefixMatchingPredecessor(start + plan.Period));
        float[] duplicate = main.Add(new DuplicateToken(start + plan.Period));
        main.Run();

        List<float[]> varied = [];
        int each = Math.Max(2, (options.Sequences + plan.Periods.Count - 1) / plan.Periods.Count);
        foreach (int period in plan.Periods)
        {
            Tokens tokens = sampler.Repeated(each, period, plan.Repeats);
            PatternPass pass = new(model, tokens, options.Runner, cancellation);
            varied.Add(pass.Add(new PrefixMatching(start + period)));
            pass.Run();
        }

        Tokens ordinary = options.Ordinary ?? sampler.Plain(options.Sequences, plan.Period * plan.Repeats);
        PatternPass plain = new(model, ordinary, options.Runner, cancellation);
        float[] previous = plain.Add(default(PreviousToken));
        float[] first = plain.Add(default(FirstToken));
        float[] entropy = plain.Add(default(AttentionEntropy));
        // Long diagonals only: the last few hold little but attention to the first token.
        int longest = Math.Max(2, ordinary.Positions / 2);
        float[][] offsets = plain.AddOffsets(2, longest);
        plain.Run();

        cancellation.ThrowIfCancellationRequested();
        HeadCopying[,] copying = CopyingScores.Measure(model, sampler.WithoutBos(options.Sequences, plan.CopyingLength), runner: options.Runner);

        HeadScore[] scores = new HeadScore[config.Layers * config.Heads];
        for (int i = 0; i < scores.Length; i++)
        {
            HeadCopying copy = copying[i / config.Heads, i % config.Heads];
            int best = Enumerable.Range(0, offsets.Length).MaxBy(d => offsets[d][i]);
            HeadScore score = new()
            {
                Layer = i / config.Heads,
                Head = i % config.Heads,
                PrefixMatching = prefix[i],
                PrefixMatchingPredecessor = predecessor[i],
                PrefixMatchingVaried = varied.Average(v => v[i]),
                PrefixMatchingLowest = varied.Min(v => v[i]),
                Copying = copy.Score,
                CopyingAlternative = copy.Alternative,
                CopyingSigned = copy.SignedScore,
                PreviousToken = previous[i],
                DuplicateToken = duplicate[i],
                FirstToken = first[i],
                Entropy = entropy[i],
                BestOffset = best + 2,
                BestOffsetAttention = offsets[best][i],
            };
            scores[i] = score with { Kind = options.Thresholds.Classify(score) };
        }
        // The harmonic sum: the mean of 1/(i + 1) over the queries i ≥ 1.
        double uniform = Enumerable.Range(2, ordinary.Positions - 1).Sum(n => 1.0 / n) / (ordinary.Positions - 1);
        return uniform < 0.8 * options.Thresholds.PreviousToken
            ? new HeadScores(scores, config.Heads, plan.Notes)
            : new HeadScores(scores, config.Heads, [.. plan.Notes, string.Create(CultureInfo.InvariantCulture,
                $"Over {ordinary.Positions} positions uniform attention scores {uniform:f2} as previous-token attention: the kinds say little about such short sequences.")]);
    }

    /// <summary>How many heads there are of each kind.</summary>
    public override string ToString() =>
        $"HeadScores: {Count} head{(Count == 1 ? "" : "s")}: {string.Join(", ", _scores.GroupBy(score => score.Kind).OrderByDescending(kind => kind.Key).Select(kind => $"{kind.Count()} {kind.Key}"))}";

    /// <inheritdoc/>
    public IEnumerator<HeadScore> GetEnumerator() => ((IEnumerable<HeadScore>)_scores).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
