namespace Interp;

/// <summary>Hooks for one run, each on the points that a name or glob names: <c>blocks.3.attn.hook_z</c>, <c>blocks.3.*</c>, <c>*.hook_pattern</c>.</summary>
/// <remarks>
/// <para>Hooks on one point run in the order they were added; each sees what the one before left. A cache sees what the last left.</para>
/// <para>A pattern that names no point of the model is an error when the run starts. Points that cost extra and that TransformerLens
/// computes on request only (<c>attn.hook_result</c>) are met only by patterns that end with their last part.</para>
/// </remarks>
/// <example><code>
/// var hooks = new Hooks()
///     .Add("blocks.0.attn.hook_z", (z, _) => z * 0)                // replaces
///     .Observe("*.hook_pattern", (pattern, name) => Console.WriteLine(name));
/// Tensor logits = model.Run(tokens, hooks);
/// </code></example>
public sealed class Hooks
{
    private readonly List<Entry> _entries = [];

    internal enum EntryKind
    {
        Change,
        Observe,
        Replace,
        Backward,
    }

    internal IReadOnlyList<Entry> Entries => _entries;

    /// <summary>True where nothing was added.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Adds a forward hook that may replace; returns this, for chaining.</summary>
    /// <remarks>On attention scores and patterns it makes the run take the unfused path: use <see cref="Observe"/> to read only.</remarks>
    public Hooks Add(string pattern, Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return Added(EntryKind.Change, pattern, hook);
    }

    /// <summary>Adds a forward hook that only reads: the fastest path stays open. Returns this, for chaining.</summary>
    public Hooks Observe(string pattern, Action<Tensor, string> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return Added(EntryKind.Observe, pattern, (activation, name) => { observer(activation, name); return null; });
    }

    /// <summary>Puts <paramref name="value"/> in the activation's place; returns this, for chaining.</summary>
    /// <remarks>The run need not compute what it replaces: with a layer's pattern replaced, its scores are never computed, with its MLP's output replaced, its MLP is not (unless they are hooked themselves).</remarks>
    /// <param name="pattern">A name or glob.</param>
    /// <param name="value">A tensor of the activation's shape.</param>
    public Hooks Replace(string pattern, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _entries.Add(new Entry(EntryKind.Replace, Checked(pattern), (_, _) => value, value));
        return this;
    }

    /// <summary>Adds a hook on the gradient at a point (of the scalar that <see cref="Tensor.Backward()"/> is called on); returns this, for chaining.</summary>
    /// <remarks>The run then records gradients from the first such point on, whether parameters require them or not.</remarks>
    public Hooks AddBackward(string pattern, Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return Added(EntryKind.Backward, pattern, hook);
    }

    /// <summary>Adds all of <paramref name="other"/>'s hooks after this one's; returns this, for chaining.</summary>
    public Hooks AddAll(Hooks other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _entries.AddRange(other._entries.ToArray());
        return this;
    }

    private Hooks Added(EntryKind kind, string pattern, Hook hook)
    {
        _entries.Add(new Entry(kind, Checked(pattern), hook, null));
        return this;
    }

    private static string Checked(string pattern)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        return pattern;
    }

    internal sealed record Entry(EntryKind Kind, string Pattern, Hook Hook, Tensor? Value);
}
