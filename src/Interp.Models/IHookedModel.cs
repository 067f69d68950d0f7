namespace Interp;

/// <summary>What analysis needs of a model.</summary>
public interface IHookedModel
{
    /// <summary>The model's shape and maths.</summary>
    TransformerConfig Config { get; }

    /// <summary>Parameters under their TransformerLens names (<c>blocks.0.attn.W_Q</c> [heads, d_model, d_head], …).</summary>
    IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>Logits [batch, position, vocabulary].</summary>
    Tensor Run(Tokens tokens, Hooks? hooks = null);

    /// <summary>Losses in nats [batch, position − 1]: entry p is the loss of predicting token p + 1.</summary>
    Tensor Losses(Tokens tokens, Hooks? hooks = null);

    /// <summary>Logits and the activations whose names match one of <paramref name="select"/> (names or globs).</summary>
    CachedRun RunWithCache(Tokens tokens, IReadOnlyList<string> select, Hooks? hooks = null);
}

/// <summary>What <see cref="IHookedModel.RunWithCache"/> returns.</summary>
/// <param name="Logits">[batch, position, vocabulary]</param>
/// <param name="Cache">The selected activations.</param>
public sealed record CachedRun(Tensor Logits, ActivationCache Cache);
