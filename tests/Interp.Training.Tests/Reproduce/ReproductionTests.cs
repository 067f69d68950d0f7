using Interp.Reproduce;

namespace Interp.Training.Tests.Reproduce;

public class ReproductionTests
{
    // The series with models and runs so small that only the machinery is tested.
    private static readonly IReadOnlyList<SeriesModel> s_tiny = [.. Series.Create(seed: 3).Select(m => m with
    {
        Training = SmallRun.Config with
        {
            Model = SmallRun.Config.Model with { Layers = m.Training.Model.Layers, DMlp = m.Training.Model.DMlp / 4, SmearedKeys = m.Training.Model.SmearedKeys },
        },
    })];

    [Fact]
    public void The_results_hold_every_model_with_as_many_entries_as_snapshots()
    {
        using TemporaryFolder folder = new();
        List<ReproductionProgress> told = [];
        ReproductionResults results = Reproduction.Run(folder["out"], s_tiny, quick: true, told.Add, default);

        Assert.Equal(["1-layer", "2-layer", "3-layer", "2-layer-mlp", "1-layer-smeared", "2-layer-smeared"], results.Models.Select(m => m.Name));
        Assert.Equal(11u, results.Seed);
        Assert.Equal(2, results.ExplainedVariance.Length);
        foreach (ModelResults model in results.Models)
        {
            int heads = model.Training.Model.Layers * 2;
            Assert.Equal(5, model.Snapshots.Count);
            Assert.Equal(5, model.Trajectory.Length);
            Assert.All(model.Trajectory, point => Assert.Equal(2, point.Length));
            Assert.Equal(5, model.BeforeAfter.Length);
            Assert.All(model.BeforeAfter, row => Assert.Equal(heads, row.Length));
            Assert.Equal(heads, model.Kinds.Count);
            Assert.Equal(model.Snapshots[^1].Heads.Max(h => h.PrefixMatching), model.BestHead.PrefixMatching);
        }
        Assert.Equal(6 * 40, told.Count);
        Assert.Equal(1, told.Max(p => p.FractionDone), 1e-9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_results_but_for_times_and_a_stopped_one_goes_on()
    {
        using TemporaryFolder folder = new();
        string whole = WithoutTimes(Reproduction.Run(folder["whole"], s_tiny, quick: false, null, default));

        using CancellationTokenSource stop = new();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Reproduction.Run(
            folder["stopped"], s_tiny, quick: false, _ => { if (++steps == 100) stop.Cancel(); }, stop.Token));
        Assert.False(File.Exists(Path.Combine(folder["stopped"], "results.json")));
        Assert.Equal(whole, WithoutTimes(Reproduction.Run(folder["stopped"], s_tiny, quick: false, null, default)));
        Assert.Equal(whole, WithoutTimes(ReproductionResults.Load(Path.Combine(folder["stopped"], "results.json"))));
    }

    [Fact]
    public void A_folder_with_runs_of_another_seed_is_refused()
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(Path.Combine(folder["out"], "runs", "2-layer"), s_tiny[1].Training with { Seed = 5 }).Dispose();
        TrainingRunException error = Assert.Throws<TrainingRunException>(() => Reproduction.Run(folder["out"], s_tiny, quick: false, null, default));
        Assert.Contains("holds a run with other settings", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_series_shares_its_data_and_measures_60_snapshots_or_more(bool quick)
    {
        IReadOnlyList<SeriesModel> series = Series.Create(9, quick);
        Assert.Equal(6, series.Count);
        Assert.All(series, m => Assert.Equal(series[0].Training.Data, m.Training.Data));
        Assert.All(series, m => Assert.Equal(9u, m.Training.Seed));
        Assert.All(series, m => Assert.True(m.Training.Snapshots.Steps(m.Training.Steps).Count >= 60));
    }

    private static string WithoutTimes(ReproductionResults results) =>
        (results with { Seconds = 0, Models = [.. results.Models.Select(m => m with { Seconds = 0 })] }).ToJson();
}
