namespace Interp.Reproduce;

/// <summary>Where a reproduction stands; models may train side by side, so their reports interleave.</summary>
/// <param name="Model">The short name of the model that this report is about.</param>
/// <param name="Training">Where its training stands.</param>
/// <param name="FractionDone">How much of the whole reproduction is done, in [0, 1].</param>
/// <param name="TimeLeft">What the rest will take at the speed so far.</param>
public sealed record ReproductionProgress(string Model, TrainingProgress Training, double FractionDone, TimeSpan TimeLeft);
