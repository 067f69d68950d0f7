using Interp.Reproduce;

namespace Interp.Plots.Tests;

/// <summary>Made-up results of a reproduction, of the right shapes: nothing here was measured.</summary>
internal static class SampleReproduction
{
    private const int Snapshots = 12, Context = 24, Heads = 2;

    public static ReproductionResults Results { get; } = Create();

    private static ReproductionResults Create()
    {
        ModelResults[] models = [.. Series.Create(seed: 1, quick: true).Select(Model)];
        return new ReproductionResults
        {
            Version = "0.0.0",
            Seed = 7,
            Quick = true,
            InContextPositions = InContextIndices.For(Context),
            Models = models,
            Statements = [new("1 layer", "a claim with <b>markup</b>", "-0.5 nats", true), new("2 layers", "another", "2 %", false)],
            ExplainedVariance = [0.6, 0.2],
            Seconds = 12,
        };
    }

    private static ModelResults Model(SeriesModel model)
    {
        bool learns = model.Name != Series.OneLayer;
        int layers = model.Training.Model.Layers;
        Snapshot[] snapshots = [.. Enumerable.Range(0, Snapshots).Select(n => At(n, layers, learns))];
        int heads = layers * Heads;
        return new ModelResults
        {
            Name = model.Name,
            Title = model.Title,
            Training = model.Training,
            Snapshots = snapshots,
            InContextScore = snapshots[^1].InContextScore,
            PhaseChange = learns ? new WindowResults(4, 7, 4000, 7000, 7000, 2, 0.8) : null,
            BestHead = snapshots[^1].Heads[^1],
            Kinds = [.. Enumerable.Range(0, heads).Select(h => learns && h == heads - 1 ? HeadKind.Induction : HeadKind.Other)],
            Ablation = new AblationResults
            {
                InContextScore = -2,
                InductionHeads = learns ? [$"{layers - 1}.1"] : [],
                InductionScore = -0.2,
                InductionRemoved = 0.9,
                OtherHeads = [["0.0"]],
                OtherScore = -1.9,
                OtherRemoved = 0.05,
            },
            BeforeAfter = [.. snapshots.Select((_, n) => Enumerable.Range(0, heads).Select(h => -0.1 * n * h).ToArray())],
            Trajectory = [.. snapshots.Select((_, n) => new[] { n, Math.Sin(n) })],
            Seconds = 1,
        };
    }

    private static Snapshot At(int n, int layers, bool learns)
    {
        double learnt = learns ? Math.Clamp((n - 4) / 3.0, 0, 1) : 0;
        return new Snapshot
        {
            Step = n * 10,
            Tokens = n * 1000,
            Loss = 4 - 0.1 * n - learnt,
            InContextScore = -0.2 - 2 * learnt,
            LossByIndex = [.. Enumerable.Range(1, Context - 1).Select(i => (float)(4 - 0.1 * n - (0.1 + 0.5 * learnt) * Math.Log(i)))],
            AblationBaseline = -0.2 - 2 * learnt,
            Heads =
            [
                .. from layer in Enumerable.Range(0, layers)
                   from head in Enumerable.Range(0, Heads)
                   select new HeadSnapshot
                   {
                       Layer = layer, Head = head, PrefixMatching = 0.05 + (head == 1 ? 0.8 * learnt : 0), Copying = 0.1, CopyingSigned = 0.5 * head, PreviousToken = 0.2,
                       DuplicateToken = 0, FirstToken = 0.1, Entropy = 2, QkTrace = layer * learnt, AblatedInContextScore = -0.2 - (2 - 0.5 * head) * learnt,
                   },
            ],
        };
    }
}
