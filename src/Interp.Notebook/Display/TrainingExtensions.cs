namespace Interp;

/// <summary>Training that a notebook can watch.</summary>
public static class TrainingExtensions
{
    private const int MillisecondsBetween = 400;

    /// <summary>
    /// Trains to the end, as <see cref="TrainingRun.Train"/> does, with a progress bar, the loss, and the in-context score with its phase change below the cell
    /// while it goes. Interrupting the cell leaves a checkpoint; running it again goes on.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Told after every update, besides.</param>
    /// <param name="cancellation">Stops after the update at work, with a checkpoint there.</param>
    /// <example><code>
    /// using var run = TrainingRun.Create("runs/two-layers", config);
    /// run.TrainLive();
    /// </code></example>
    public static void TrainLive(this TrainingRun run, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        string name = Path.GetFileName(run.Folder.TrimEnd(Path.DirectorySeparatorChar));
        DisplayHandle? figure = null;
        using ProgressBar bar = new(name, run.Config.Steps);
        long next = 0;
        try
        {
            run.Train(told =>
            {
                bar.Report(told.Step.Step);
                progress?.Invoke(told);
                if (told.Snapshot is null || Environment.TickCount64 < next) return;
                next = Environment.TickCount64 + MillisecondsBetween;
                if (figure is null) figure = DisplayHandle.Show(Look());
                else figure.Update(Look());
            }, cancellation);
        }
        finally
        {
            figure?.Update(Look());
        }

        Figure Look()
        {
            IReadOnlyList<Snapshot> snapshots = run.Snapshots();
            return Plot.LossAndInContextScore(snapshots, PhaseChange.Find(snapshots), name);
        }
    }
}
