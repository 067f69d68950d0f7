namespace Interp;

/// <summary>Named activations (or gradients) of one run, under their TransformerLens names.</summary>
public sealed class ActivationCache
{
    private readonly Dictionary<string, Tensor> _activations;

    /// <summary>A cache of the given activations; their order is kept.</summary>
    /// <param name="activations">Names and tensors, in forward order.</param>
    public ActivationCache(IEnumerable<KeyValuePair<string, Tensor>> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        _activations = [];
        foreach ((string name, Tensor activation) in activations) _activations.Add(name, activation);
        Names = [.. _activations.Keys];
    }

    /// <summary>The names that were kept, in forward order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The activation of a name.</summary>
    /// <exception cref="KeyNotFoundException">It was not kept: the message says what was.</exception>
    public Tensor this[string name] => _activations.TryGetValue(name, out Tensor? activation)
        ? activation
        : throw new KeyNotFoundException($"'{name}' was not kept in this cache, which has {Described()}. Add it to the names that RunWithCache selects.");

    /// <summary>Whether a name was kept.</summary>
    public bool Contains(string name) => _activations.ContainsKey(name);

    /// <summary>The attention pattern of a layer [batch, head, query, key].</summary>
    public Tensor Pattern(int layer) => this[$"blocks.{layer}.attn.hook_pattern"];

    /// <summary>Writes every activation under its name, in forward order.</summary>
    /// <param name="path">The file to write or replace.</param>
    public void ToSafetensors(string path) => Files.SafetensorsFile.Save(path, Names.Select(name => KeyValuePair.Create(name, this[name])));

    /// <summary>What is in it: the first names and how many more.</summary>
    public override string ToString() => $"ActivationCache: {Described()}";

    private string Described() => Names.Count switch
    {
        0 => "nothing",
        <= 8 => string.Join(", ", Names),
        _ => $"{string.Join(", ", Names.Take(8))} and {Names.Count - 8} more",
    };
}
