namespace Interp;

/// <summary>A transformer whose every activation has a name and can be read or replaced.</summary>
public sealed class HookedTransformer : IHookedModel
{
    /// <summary>A freshly initialised model (normal, std 0.02·…, documented in the builder).</summary>
    public HookedTransformer(TransformerConfig config, ulong seed) => throw new NotImplementedException();

    /// <summary>A model with the given parameters; every one is checked for presence and shape.</summary>
    public HookedTransformer(TransformerConfig config, IReadOnlyDictionary<string, Tensor> parameters) => throw new NotImplementedException();

    /// <inheritdoc/>
    public TransformerConfig Config => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Parameters => throw new NotImplementedException();

    /// <inheritdoc/>
    public Tensor Run(Tokens tokens, Hooks? hooks = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Tensor Losses(Tokens tokens, Hooks? hooks = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public CachedRun RunWithCache(Tokens tokens, IReadOnlyList<string> select, Hooks? hooks = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Tensor Embed(Tokens tokens, Hooks? hooks = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Tensor RunBlocks(Tensor residual, int start, int stop, Hooks? hooks = null, bool fromMid = false) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Tensor Unembed(Tensor residual, Hooks? hooks = null) => throw new NotImplementedException();
}
