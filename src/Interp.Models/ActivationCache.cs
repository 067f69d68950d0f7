namespace Interp;

/// <summary>Named activations of one run.</summary>
public sealed class ActivationCache
{
    /// <summary>The activation of a name.</summary>
    public Tensor this[string name] => throw new NotImplementedException();

    /// <summary>The names that were kept, in forward order.</summary>
    public IReadOnlyList<string> Names => throw new NotImplementedException();

    /// <summary>Attention pattern of a layer [batch, head, query, key].</summary>
    public Tensor Pattern(int layer) => throw new NotImplementedException();
}
