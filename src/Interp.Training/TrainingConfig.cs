using Interp.Data;

namespace Interp;

/// <summary>Everything that fixes a training run: with the same config, the same bits.</summary>
public sealed record TrainingConfig
{
    /// <summary>The model.</summary>
    public required TransformerConfig Model { get; init; }

    /// <summary>What it is trained on.</summary>
    public required DataRecipe Data { get; init; }

    /// <summary>Fixes the initial weights, the data and everything random in the evaluation, each by a stream of its own.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of updates.</summary>
    public long Steps { get; init; } = 1600;

    /// <summary>The number of rows in a batch; a row has as many tokens as the model's context.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The learning rate over the run.</summary>
    public LearningRateSchedule LearningRate { get; init; } = new();

    /// <summary>The optimiser's constants.</summary>
    public AdamWOptions Optimiser { get; init; } = new();

    /// <summary>The steps at which the model is measured.</summary>
    public SnapshotSchedule Snapshots { get; init; } = new();

    /// <summary>How much is measured then.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>The number of steps between checkpoints on disk; 0 stands for a tenth of the run. The last step always has one.</summary>
    public long CheckpointEvery { get; init; }

    /// <summary>Training tokens in a step: batch · context.</summary>
    public long TokensPerStep() => (long)Batch * Model.Context;

    /// <summary>Whether a checkpoint is written after <paramref name="step"/> updates.</summary>
    public bool HasCheckpointAt(long step) => step == Steps || step % (CheckpointEvery > 0 ? CheckpointEvery : Math.Max(1, (Steps + 9) / 10)) == 0;
}
