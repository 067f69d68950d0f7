using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Interp.Weights;

/// <summary>A model's parameters by name; asked by name it also answers what TransformerLens's attributes do (see <see cref="IHookedModel.Parameters"/>).</summary>
internal sealed class ModelParameters : IReadOnlyDictionary<string, Tensor>
{
    private readonly TransformerConfig _config;
    private readonly Dictionary<string, Tensor> _stored = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int[]> _absentBiases = [];

    /// <exception cref="ArgumentException">A parameter is missing, misshaped or not of this model; the message names it.</exception>
    public ModelParameters(TransformerConfig config, IReadOnlyDictionary<string, Tensor> given)
    {
        _config = config;
        IReadOnlyList<ParameterShape> needed = ParameterShape.Of(config);
        foreach (ParameterShape parameter in needed)
        {
            if (!given.TryGetValue(parameter.Name, out Tensor? tensor))
                throw new ArgumentException($"The parameter {parameter} is missing.{Among(given.Keys, parameter.Name)}");
            if (!tensor.Shape.SequenceEqual(parameter.Shape))
                throw new ArgumentException($"The parameter {parameter.Name} has the shape [{string.Join(", ", tensor.Shape.ToArray())}]; this configuration needs [{string.Join(", ", parameter.Shape)}].");
            _stored.Add(parameter.Name, tensor);
            _names.Add(parameter.Name);
        }
        if (given.Keys.FirstOrDefault(name => !_stored.ContainsKey(name)) is { } extra)
            throw new ArgumentException($"The parameter {extra} has no place in this configuration.{Among(_names, extra)}");
        // Biases that the configuration switches off, under the names that they have elsewhere.
        TransformerConfig all = config with { QkvBias = true, AttentionOutputBias = true, MlpBias = true, UnembedBias = true };
        foreach (ParameterShape parameter in ParameterShape.Of(all))
            if (!_stored.ContainsKey(parameter.Name)) _absentBiases.Add(parameter.Name, parameter.Shape);
    }

    public int Count => _stored.Count;

    public IEnumerable<string> Keys => _names;

    public IEnumerable<Tensor> Values => _names.Select(name => _stored[name]);

    public Tensor this[string key] => TryGetValue(key, out Tensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"The model has no parameter '{key}'.{Among(_names, key)}");

    public bool ContainsKey(string key) => _stored.ContainsKey(key) || Derivation(key) is not null;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value)
    {
        if (_stored.TryGetValue(key, out value)) return true;
        value = Derivation(key)?.Invoke();
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() =>
        _names.Select(name => KeyValuePair.Create(name, _stored[name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How to make what is asked for under a name that is not stored; null: there is no such thing.</summary>
    private Func<Tensor>? Derivation(string name)
    {
        if (_absentBiases.TryGetValue(name, out int[]? shape)) return () => Tensor.Zeros(shape);
        if (name == "unembed.W_U" && _config.TiedEmbeddings) return () => Ops.Permute(_stored["embed.W_E"], 1, 0);
        int dot = name.LastIndexOf('.') + 1;
        string grouped = name[..dot] + "_" + name[dot..];
        if (_stored.ContainsKey(grouped) || _absentBiases.ContainsKey(grouped)) return () => PerHead(this[grouped]);
        return null;
    }

    /// <summary>[kv heads, …] → [heads, …]: head h has what its key-value head has.</summary>
    private Tensor PerHead(Tensor grouped)
    {
        int size = grouped.Length / _config.KeyValueHeads, shared = _config.Heads / _config.KeyValueHeads;
        Tensor heads = Tensor.Empty([_config.Heads, .. grouped.Shape[1..]]);
        for (int h = 0; h < _config.Heads; h++)
            grouped.Span.Slice(h / shared * size, size).CopyTo(heads.Span[(h * size)..]);
        return heads;
    }

    private static string Among(IEnumerable<string> names, string name)
    {
        string[] close = [.. Closest.To(name, names, 3)];
        return close.Length == 0 ? " Nothing was given." : $" Close: {string.Join(", ", close)}.";
    }
}
