using Interp.Data;

namespace Interp;

/// <summary>Measures models on what a run's config and data fix: the same rows, positions and random sequences at every snapshot.</summary>
public sealed class SnapshotEvaluator
{
    // Rows in a forward pass: as in training, so that the memory pool serves both.
    private const int MaxBatch = 64;

    // Rows of ordinary text behind the previous-token, first-token and entropy scores; they are means over thousands of attention rows.
    private const int OrdinaryRows = 16;

    private readonly TrainingConfig _config;
    private readonly Tokens[] _batches;
    private readonly int[][] _indices;
    private readonly Tokens? _ablationRows;
    private readonly int[] _ablationIndices;
    private readonly HeadScoreOptions _headScores;

    /// <summary>An evaluator for the models of a run.</summary>
    /// <exception cref="ArgumentException">The config asks for no examples, or for more ablated than evaluated ones.</exception>
    public SnapshotEvaluator(TrainingConfig config, ITokenSource data)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(data);
        EvaluationOptions options = config.Evaluation;
        if (options.Examples < 1 || options.AblationExamples < 0 || options.AblationExamples > options.Examples)
        {
            throw new ArgumentException(
                $"An evaluation needs at least 1 example and at most as many for ablations; the config has {options.Examples} and {options.AblationExamples}.", nameof(config));
        }
        _config = config;
        Tokens rows = data.Evaluation(options.Examples);
        LossIndices = TokenLosses.Choose(options.Examples, data.Context - 1, RandomUse.EvaluationIndices.Seed(config.Seed));
        int[] starts = [.. Enumerable.Range(0, (options.Examples + MaxBatch - 1) / MaxBatch).Select(i => i * MaxBatch)];
        _batches = [.. starts.Select(s => Rows(rows, s, Math.Min(MaxBatch, options.Examples - s)))];
        _indices = [.. starts.Select(s => LossIndices.Skip(s).Take(MaxBatch).ToArray())];
        _ablationRows = options.AblationExamples > 0 ? Rows(rows, 0, options.AblationExamples) : null;
        _ablationIndices = [.. LossIndices.Take(options.AblationExamples)];
        _headScores = new HeadScoreOptions
        {
            Seed = RandomUse.RepeatedSequences.Seed(config.Seed),
            Sequences = options.RepeatedSequences,
            Frequencies = Frequencies(rows, data.Vocabulary),
            Ordinary = Rows(rows, 0, Math.Min(OrdinaryRows, options.Examples)),
        };
    }

    /// <summary>The positions that the in-context score compares.</summary>
    public InContextIndices InContextPositions => InContextIndices.For(_config.Model.Context);

    /// <summary>[examples]: which loss stands for an evaluation row in the per-token-loss vector; entry p is the loss of predicting position p + 1.</summary>
    public IReadOnlyList<int> LossIndices { get; }

    /// <summary>Scores all heads of <paramref name="model"/> on the random sequences of this run.</summary>
    public HeadScores ScoreHeads(IHookedModel model)
    {
        using Autograd.NoGradScope _ = Autograd.NoGrad();
        using TensorScope scope = TensorScope.Begin();
        return HeadScores.Measure(model, _headScores);
    }

    /// <summary>Measures <paramref name="model"/> as it is after <paramref name="step"/> updates.</summary>
    public Snapshot Evaluate(IHookedModel model, long step)
    {
        ArgumentNullException.ThrowIfNull(model);
        using Autograd.NoGradScope _ = Autograd.NoGrad();
        double[] byIndex = new double[_config.Model.Context - 1];
        List<float> vector = [];
        double score = 0;
        for (int i = 0; i < _batches.Length; i++)
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor losses = model.Losses(_batches[i]);
            double share = _batches[i].Batch / (double)_config.Evaluation.Examples;
            float[] means = LossByIndex.Of(losses);
            for (int p = 0; p < means.Length; p++) byIndex[p] += share * means[p];
            vector.AddRange(TokenLosses.Vector(losses, _indices[i]));
            score += share * InContextScore.Of(losses);
        }
        HeadScores scores = ScoreHeads(model);
        double[,] traces = QkTrace.Of(model, PreviousToken(scores));
        AblatedLosses? ablated = _ablationRows is null ? null : Ablation.EachHead(model, _ablationRows, AblationKind.PatternPreserving);
        return new Snapshot
        {
            Step = step,
            Tokens = step * _config.TokensPerStep(),
            Loss = byIndex.Average(),
            InContextScore = score,
            LossByIndex = Array.ConvertAll(byIndex, x => (float)x),
            TokenLosses = [.. vector],
            AblationBaseline = ablated is null ? null : InContextScore.Of(ablated.Clean),
            Heads = [.. scores.Select(s => new HeadSnapshot
            {
                Layer = s.Layer,
                Head = s.Head,
                PrefixMatching = s.PrefixMatchingVaried,
                Copying = s.Copying,
                CopyingSigned = s.CopyingSigned,
                PreviousToken = s.PreviousToken,
                DuplicateToken = s.DuplicateToken,
                FirstToken = s.FirstToken,
                Entropy = s.Entropy,
                QkTrace = traces[s.Layer, s.Head],
                AblatedInContextScore = ablated is null ? null : InContextScore.Of(ablated[(s.Layer, s.Head)]),
                AblatedTokenLosses = ablated is null ? [] : TokenLosses.Vector(ablated[(s.Layer, s.Head)], _ablationIndices),
            })],
        };
    }

    private double[,] PreviousToken(HeadScores scores)
    {
        double[,] previous = new double[_config.Model.Layers, _config.Model.Heads];
        foreach (HeadScore score in scores) previous[score.Layer, score.Head] = score.PreviousToken;
        return previous;
    }

    private static Tokens Rows(Tokens rows, int start, int count) =>
        new(rows.Ids.Slice(start * rows.Positions, count * rows.Positions).ToArray(), count, rows.Positions);

    private static double[] Frequencies(Tokens rows, int vocabulary)
    {
        double[] counts = new double[vocabulary];
        foreach (int id in rows.Ids) counts[id]++;
        return counts;
    }
}
