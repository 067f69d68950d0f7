namespace Interp.Store;

/// <summary>Writes down what a trainer does: measures at the snapshots' steps, keeps the updates between in memory.</summary>
internal sealed class Recorder(Trainer trainer, MetricsDatabase metrics, string checkpoints, SnapshotEvaluator evaluator)
{
    private readonly HashSet<long> _snapshotSteps = [.. trainer.Config.Snapshots.Steps(trainer.Config.Steps)];
    private readonly List<TrainingStep> _steps = [];
    private readonly List<Snapshot> _snapshots = [];

    /// <summary>Records the trainer as it is now, after <paramref name="step"/> or, without one, at the start.</summary>
    /// <returns>The snapshot, where one is due.</returns>
    public Snapshot? Record(TrainingStep? step = null)
    {
        if (step is { } made) _steps.Add(made);
        Snapshot? snapshot = null;
        if (_snapshotSteps.Contains(trainer.Step))
        {
            _snapshots.Add(snapshot = evaluator.Evaluate(trainer.Model, trainer.Step));
            CommitMetrics();
        }
        if (trainer.Config.HasCheckpointAt(trainer.Step)) Commit();
        return snapshot;
    }

    /// <summary>Commits the metrics, then writes a checkpoint: in this order, so that a checkpoint always has its metrics.</summary>
    public void Commit()
    {
        CommitMetrics();
        Checkpoint.Save(checkpoints, trainer);
        // A stopped run leaves a checkpoint between the regular ones; the next one takes its place.
        foreach ((long step, string path) in Checkpoint.Find(checkpoints))
            if (step < trainer.Step && !trainer.Config.HasCheckpointAt(step)) File.Delete(path);
    }

    private void CommitMetrics()
    {
        metrics.Append(_steps, _snapshots);
        _steps.Clear();
        _snapshots.Clear();
    }
}
