namespace Interp;

/// <summary>One update of a model.</summary>
/// <param name="Step">The number of updates with this one.</param>
/// <param name="Loss">The mean loss of its batch, before the update, in nats.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="LearningRate">The learning rate.</param>
public readonly record struct TrainingStep(long Step, double Loss, double GradientNorm, float LearningRate);
