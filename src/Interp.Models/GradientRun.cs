namespace Interp;

/// <summary>What <see cref="IHookedModel.RunWithGradients"/> returns.</summary>
/// <param name="Value">The metric.</param>
/// <param name="Activations">The selected activations.</param>
/// <param name="Gradients">∂(metric)/∂(activation) under the same names. An activation that the metric does not depend on has none.</param>
public sealed record GradientRun(float Value, ActivationCache Activations, ActivationCache Gradients);
