using Interp.Data;

namespace Interp;

/// <summary>Measures models on what a run's config and data fix: the same rows, positions and random sequences at every snapshot.</summary>
public sealed class SnapshotEvaluator
{
    /// <summary>An evaluator for the models of a run.</summary>
    public SnapshotEvaluator(TrainingConfig config, ITokenSource data) => throw new NotImplementedException();

    /// <summary>[examples]: the position whose loss stands for an evaluation row in the per-token-loss vector: entry p is the loss of predicting position p + 1.</summary>
    public IReadOnlyList<int> LossIndices => throw new NotImplementedException();

    /// <summary>Measures <paramref name="model"/> as it is after <paramref name="step"/> updates.</summary>
    public Snapshot Evaluate(IHookedModel model, long step) => throw new NotImplementedException();
}
