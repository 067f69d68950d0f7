namespace Interp;

/// <summary>Sees an activation at a named point; returns a replacement of the same shape, or null to leave it.</summary>
/// <param name="activation">The tensor at the point (or, for a backward hook, the gradient there). It may be returned to the pool after the
/// call: <see cref="Tensor.Clone"/> what must outlive it. Do not write into it: return a replacement.</param>
/// <param name="name">The point's TransformerLens name, such as <c>blocks.0.attn.hook_pattern</c>.</param>
public delegate Tensor? Hook(Tensor activation, string name);
