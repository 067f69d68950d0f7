namespace Interp;

/// <summary>Keeps activations of a partial run by name.</summary>
internal sealed class Capture
{
    private readonly Dictionary<string, Tensor> _activations = [];

    /// <summary>Keeps what <paramref name="patterns"/> (names or globs) match.</summary>
    public Capture(params ReadOnlySpan<string> patterns)
    {
        foreach (string pattern in patterns) Add(Hooks, pattern);
    }

    /// <summary>The hooks of the run; more may be added.</summary>
    public Hooks Hooks { get; } = new();

    /// <summary>The activation of a name.</summary>
    public Tensor this[string name] =>
        _activations.TryGetValue(name, out Tensor? activation)
            ? activation
            : throw new InvalidOperationException($"The model did not reach the hook point '{name}'.");

    // The activation may return to the pool after the hook, and a copy made inside the run belongs to the run's own scope.
    private void Add(Hooks hooks, string pattern) => hooks.Observe(pattern, (activation, name) => _activations[name] = activation.Detach().Clone().Keep());
}
