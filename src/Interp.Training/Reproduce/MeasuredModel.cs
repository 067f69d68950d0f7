using System.Diagnostics;
using Interp.Data;

namespace Interp.Reproduce;

/// <summary>A trained model of a series with all that is measured of it alone.</summary>
internal sealed class MeasuredModel
{
    // Rows behind the final scores and ablations: noise well below the few percent that the statements are about.
    private const int FinalRows = 256;

    // Sets of other heads that are ablated for comparison, where there are more sets than that.
    private const int OtherSets = 8;

    private readonly SeriesModel _model;
    private readonly PhaseChange? _change;
    private readonly HeadScores _scores;
    private readonly AblationResults _ablation;
    private readonly double _seconds;

    private MeasuredModel(SeriesModel model, IReadOnlyList<Snapshot> snapshots, PhaseChange? change, HeadScores scores, AblationResults ablation, double seconds) =>
        (_model, Snapshots, _change, _scores, _ablation, _seconds) = (model, snapshots, change, scores, ablation, seconds);

    /// <summary>The measurements over training.</summary>
    public IReadOnlyList<Snapshot> Snapshots { get; }

    /// <summary>Trains or resumes the model in its folder, then measures it.</summary>
    public static MeasuredModel Train(SeriesModel model, string folder, Action<TrainingProgress> progress, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using TrainingRun run = Begin(model, folder);
        run.Train(progress, cancellation);
        SnapshotEvaluator evaluator = new(run.Config, run.OpenData());
        HookedTransformer trained = run.LoadModel();
        HeadScores scores = evaluator.ScoreHeads(trained);
        AblationResults ablation = Ablate(trained, scores, run.OpenData().Evaluation(FinalRows), run.Config.Seed);
        return new MeasuredModel(model, run.Snapshots(), run.PhaseChange(), scores, ablation, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The results, with the model's part of the joint principal components.</summary>
    public ModelResults Results(double[][] trajectory)
    {
        HeadSnapshot best = Snapshots[^1].Heads.MaxBy(h => h.PrefixMatching)!;
        return new ModelResults
        {
            Name = _model.Name,
            Title = _model.Title,
            Training = _model.Training,
            Snapshots = Snapshots,
            InContextScore = Snapshots[^1].InContextScore,
            PhaseChange = Window(),
            BestHead = best,
            Kinds = [.. _scores.Select(s => s.Kind)],
            Ablation = _ablation,
            BeforeAfter = BeforeAfterOfHeads(),
            Trajectory = trajectory,
            Seconds = _seconds,
        };
    }

    private static TrainingRun Begin(SeriesModel model, string folder)
    {
        if (!File.Exists(Path.Combine(folder, "run.json"))) return TrainingRun.Create(folder, model.Training);
        TrainingRun run = TrainingRun.Resume(folder);
        if (TrainingRun.SameConfig(run.Config, model.Training)) return run;
        run.Dispose();
        throw new TrainingRunException($"{folder} holds a run with other settings (another seed or length, or of an older version). Choose another output folder, or remove this one.");
    }

    private WindowResults? Window() => _change is null ? null : new WindowResults(
        _change.StartIndex, _change.EndIndex, _change.StartTokens, _change.EndTokens, _change.HalfwayTokens, _change.LargestDrop,
        (Snapshots[_change.EndIndex].InContextScore - Snapshots[_change.StartIndex].InContextScore) / Snapshots[^1].InContextScore);

    private double[][] BeforeAfterOfHeads()
    {
        int rows = _model.Training.Evaluation.AblationExamples;
        if (rows == 0) return [];
        float[] start = Snapshots[_change?.StartIndex ?? 0].TokenLosses[..rows], end = Snapshots[_change?.EndIndex ?? ^1].TokenLosses[..rows];
        float[] direction = BeforeAndAfter.Direction(start, end);
        return [.. Snapshots.Select(s => s.Heads.Select(h => BeforeAndAfter.Projection(direction, h.AblatedTokenLosses, s.TokenLosses.AsSpan(0, rows))).ToArray())];
    }

    private static AblationResults Ablate(HookedTransformer model, HeadScores scores, Tokens rows, ulong seed)
    {
        HeadId[] induction = [.. scores.OfKind(HeadKind.Induction).OrderByDescending(s => s.PrefixMatchingVaried).Select(s => new HeadId(s.Layer, s.Head))];
        HeadId[] others = [.. HeadId.All(model.Config).Except(induction)];
        double Score(IReadOnlyCollection<HeadId> heads) => InContextScore.Of(Ablation.Losses(model, rows, heads, AblationKind.PatternPreserving));

        double score = Score([]), withoutInduction = induction.Length > 0 ? Score(induction) : score;
        IReadOnlyList<HeadId[]> sets = Draw(others, induction.Length, RandomUse.AblationControls.Stream(seed));
        double withoutOthers = sets.Count > 0 ? sets.Average(Score) : score;
        return new AblationResults
        {
            InContextScore = score,
            InductionHeads = [.. induction.Select(h => h.ToString())],
            InductionScore = withoutInduction,
            InductionRemoved = 1 - (withoutInduction / score),
            OtherHeads = [.. sets.Select(set => set.Select(h => h.ToString()).ToArray())],
            OtherScore = withoutOthers,
            OtherRemoved = 1 - (withoutOthers / score),
        };
    }

    /// <summary>Different random sets of <paramref name="size"/> heads, or the one set of all where there are no more.</summary>
    private static IReadOnlyList<HeadId[]> Draw(HeadId[] heads, int size, Rng random)
    {
        if (size == 0 || heads.Length == 0) return [];
        if (heads.Length <= size) return [heads];
        Dictionary<string, HeadId[]> sets = [];
        for (int draw = 0; draw < OtherSets * 4 && sets.Count < OtherSets; draw++)
        {
            HeadId[] shuffled = [.. heads];
            random.Shuffle<HeadId>(shuffled);
            HeadId[] set = [.. shuffled[..size].OrderBy(h => h.Layer).ThenBy(h => h.Head)];
            sets.TryAdd(string.Join(' ', set), set);
        }
        return [.. sets.Values];
    }
}
