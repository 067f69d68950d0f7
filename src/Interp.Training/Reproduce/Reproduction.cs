using System.Diagnostics;

namespace Interp.Reproduce;

/// <summary>Trains the series, measures it, and checks what the paper leads us to expect.</summary>
/// <example><code>
/// ReproductionResults results = Reproduction.Run("reproduction", seed: 1, quick: true);
/// foreach (Statement s in results.Statements) Console.WriteLine($"{s.Subject}: {s.Measured} ({(s.Holds ? "holds" : "does not hold")})");
/// </code></example>
public static class Reproduction
{
    /// <summary>
    /// Runs the whole reproduction and writes <c>results.json</c>. Each model's run folder is <paramref name="folder"/>/runs/NAME: a finished
    /// one is used, an unfinished one resumed.
    /// </summary>
    /// <param name="folder">Where everything is written.</param>
    /// <param name="seed">Everything random follows from it.</param>
    /// <param name="quick">The short form: a smaller language and fewer tokens.</param>
    /// <param name="progress">Told after every update of every model; models train side by side, calls come one at a time.</param>
    /// <param name="cancellation">Stops every model with a checkpoint, as <see cref="AmbientCancellation"/> does; the next call with the same folder goes on.</param>
    /// <exception cref="TrainingRunException">A run folder there is another run's, damaged or in use.</exception>
    public static ReproductionResults Run(
        string folder, ulong seed, bool quick = false, Action<ReproductionProgress>? progress = null, CancellationToken cancellation = default) =>
        Run(folder, Series.Create(seed, quick), quick, progress, cancellation);

    internal static ReproductionResults Run(
        string folder, IReadOnlyList<SeriesModel> series, bool quick, Action<ReproductionProgress>? progress, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Progress all = new(series, clock, progress);
        var measured = new MeasuredModel[series.Count];
        using CancellationTokenSource stop = AmbientCancellation.LinkedTo(cancellation);

        // A model of this size keeps one core busy best by itself; the longest go first, so that all cores finish together.
        int[] order = [.. Enumerable.Range(0, series.Count).OrderByDescending(i => all.Cost(i))];
        Parallelism.For(series.Count, i =>
        {
            try
            {
                measured[order[i]] = MeasuredModel.Train(
                    series[order[i]], Path.Combine(folder, "runs", series[order[i]].Name), p => all.Tell(order[i], p), stop.Token);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        });

        Pca pca = Pca.Fit([.. measured.SelectMany(m => m.Snapshots).Select(s => s.TokenLosses)], components: 2);
        List<ModelResults> models = [];
        int used = 0;
        foreach (MeasuredModel model in measured)
        {
            models.Add(model.Results(pca.Coordinates[used..(used + model.Snapshots.Count)]));
            used += model.Snapshots.Count;
        }
        ReproductionResults results = new()
        {
            Version = typeof(Reproduction).Assembly.GetName().Version!.ToString(3),
            Seed = series[0].Training.Seed,
            Quick = quick,
            InContextPositions = InContextIndices.For(series[0].Training.Model.Context),
            Models = models,
            Statements = Statements.Check(models),
            ExplainedVariance = pca.VarianceShares,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        results.Save(Path.Combine(folder, ReproductionResults.FileName));
        return results;
    }

    /// <summary>Adds the models' progress up.</summary>
    private sealed class Progress(IReadOnlyList<SeriesModel> series, Stopwatch clock, Action<ReproductionProgress>? tell)
    {
        private readonly Lock _lock = new();
        private readonly double[] _done = new double[series.Count];
        private double? _resumedAt;

        /// <summary>About how long a model takes, in units of its own: multiplications a token, for a layer of attention 4 d² + scores, of an MLP 2 d·d_mlp.</summary>
        public double Cost(int i)
        {
            TrainingConfig c = series[i].Training;
            double d = c.Model.DModel, layer = (4 * d * d) + (2 * d * c.Model.Context) + (2 * d * c.Model.DMlp);
            return c.Steps * c.TokensPerStep() * ((c.Model.Layers * layer) + (d * c.Model.Vocabulary));
        }

        public void Tell(int i, TrainingProgress training)
        {
            if (tell is null) return;
            lock (_lock)
            {
                _done[i] = training.Step.Step / (double)training.Steps;
                double total = Enumerable.Range(0, series.Count).Sum(Cost);
                double fraction = Enumerable.Range(0, series.Count).Sum(m => Cost(m) * _done[m]) / total;
                // A resumed reproduction starts with something done: the speed is that of this session.
                _resumedAt ??= fraction;
                double now = fraction - _resumedAt.Value;
                TimeSpan left = now > 0 ? clock.Elapsed * ((1 - fraction) / now) : TimeSpan.Zero;
                tell(new ReproductionProgress(series[i].Name, training, fraction, left));
            }
        }
    }
}
