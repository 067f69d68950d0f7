namespace Interp.Passes;

/// <summary>What one run does at one hook point.</summary>
internal sealed class PointHooks
{
    private readonly List<Hooks.Entry> _forward = [];
    private readonly List<Hook> _backward = [];

    /// <summary>The activation may be replaced, or its gradient is wanted: it must be the value that the rest of the run uses.</summary>
    public bool Changes { get; private set; }

    /// <summary>What stands in the activation's place whatever it would be, where that is known before it is computed.</summary>
    public Tensor? Forced(string name, ReadOnlySpan<int> shape)
    {
        if (_forward.Count == 0 || _forward[0].Value is not { } value) return null;
        return value.Shape.SequenceEqual(shape) ? value : throw Misshaped(value.Shape, shape, name, "activation");
    }

    public void Add(Hooks.Entry entry)
    {
        Changes |= entry.Kind != Hooks.EntryKind.Observe;
        if (entry.Kind == Hooks.EntryKind.Backward) _backward.Add(entry.Hook);
        else _forward.Add(entry);
    }

    public Tensor Apply(string name, Tensor activation)
    {
        foreach (Hooks.Entry entry in _forward)
            activation = Replacement(entry.Hook(activation, name), activation, name, "activation");
        return _backward.Count == 0 ? activation : Ops.Hook(Recorded(activation), gradient => ApplyBackward(name, gradient));
    }

    /// <summary>The activation, or, where nothing before it wants a gradient, a leaf from which the rest of the run is recorded.</summary>
    private static Tensor Recorded(Tensor activation)
    {
        if (activation.RequiresGrad) return activation;
        Tensor leaf = activation.Detach();
        leaf.RequiresGrad = true;
        return leaf;
    }

    private Tensor? ApplyBackward(string name, Tensor gradient)
    {
        Tensor left = gradient;
        foreach (Hook hook in _backward) left = Replacement(hook(left, name), left, name, "gradient");
        return left == gradient ? null : left;
    }

    private static Tensor Replacement(Tensor? replacement, Tensor original, string name, string what)
    {
        if (replacement is null) return original;
        return replacement.Shape.SequenceEqual(original.Shape) ? replacement : throw Misshaped(replacement.Shape, original.Shape, name, what);
    }

    private static InvalidOperationException Misshaped(ReadOnlySpan<int> replacement, ReadOnlySpan<int> original, string name, string what) => new(
        $"A hook on '{name}' put {Text(replacement)} in place of the {what} {Text(original)}: a replacement has the same shape.");

    private static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
