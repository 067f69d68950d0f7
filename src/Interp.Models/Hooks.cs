namespace Interp;

/// <summary>Sees an activation at a named point; returns a replacement of the same shape, or null to leave it.</summary>
/// <param name="activation">The tensor at the point (or, for a backward hook, the gradient there).</param>
/// <param name="name">The point's TransformerLens name, such as <c>blocks.0.attn.hook_pattern</c>.</param>
public delegate Tensor? Hook(Tensor activation, string name);

/// <summary>Hooks by name or glob (<c>blocks.*.attn.hook_z</c>), for one run.</summary>
public sealed class Hooks
{
    /// <summary>Adds a forward hook; returns this, for chaining.</summary>
    public Hooks Add(string pattern, Hook hook) => throw new NotImplementedException();

    /// <summary>Adds a hook on the gradient at a point; returns this, for chaining.</summary>
    public Hooks AddBackward(string pattern, Hook hook) => throw new NotImplementedException();
}
