namespace Interp;

/// <summary>Sees an activation at a named point; returns a replacement of the same shape, or null to leave it.</summary>
/// <param name="activation">The tensor at the point (or, for a backward hook, the gradient there). It goes back to the pool when its
/// block is done: <see cref="Tensor.Keep"/> what must live on. Do not write into it, other activations may share its memory: return a replacement.</param>
/// <param name="name">The point's TransformerLens name, such as <c>blocks.0.attn.hook_pattern</c>.</param>
public delegate Tensor? Hook(Tensor activation, string name);
