namespace Interp;

/// <summary>What <see cref="IHookedModel.RunWithCache"/> returns.</summary>
/// <param name="Logits">[batch, position, vocabulary]</param>
/// <param name="Cache">The selected activations.</param>
public sealed record CachedRun(Tensor Logits, ActivationCache Cache);
