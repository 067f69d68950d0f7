namespace Interp;

/// <summary>What analysis needs of a model.</summary>
public interface IHookedModel
{
    /// <summary>The model's shape and maths. Its hook points are <see cref="HookPoint.Of"/> this.</summary>
    TransformerConfig Config { get; }

    /// <summary>Parameters under their TransformerLens names (<c>blocks.0.attn.W_Q</c> [heads, d_model, d_head], …).</summary>
    /// <remarks>
    /// Enumeration gives what is stored. Asked by name it also answers, as TransformerLens's attributes do: keys and values of grouped
    /// queries repeated for every head (<c>blocks.0.attn.W_K</c>, <c>W_V</c>, <c>b_K</c>, <c>b_V</c>), zeros for a bias that the model
    /// lacks, and <c>unembed.W_U</c> of tied embeddings; each such answer is a new tensor.
    /// </remarks>
    IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>Logits [batch, position, vocabulary].</summary>
    Tensor Run(Tokens tokens, Hooks? hooks = null);

    /// <summary>Losses in nats [batch, position − 1]: entry p is the loss of predicting token p + 1.</summary>
    Tensor Losses(Tokens tokens, Hooks? hooks = null);

    /// <summary>Logits and the activations whose names match one of <paramref name="select"/> (names or globs).</summary>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="select">Names or globs; see <see cref="Hooks"/>.</param>
    /// <param name="hooks">Hooks that run as well; the cache sees what they leave.</param>
    /// <param name="memoryBudget">The most bytes that the cache may take; null: half of the memory that is free.</param>
    /// <exception cref="InsufficientMemoryException">The selection needs more than the budget; nothing was run.</exception>
    CachedRun RunWithCache(Tokens tokens, IReadOnlyList<string> select, Hooks? hooks = null, long? memoryBudget = null);

    /// <summary>Activations and the gradients of a metric with respect to them, from one forward and one backward pass. Gradients of parameters are left alone.</summary>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="select">Names or globs; see <see cref="Hooks"/>.</param>
    /// <param name="metric">Logits [batch, position, vocabulary] to a scalar; null: the mean loss of predicting the next token.</param>
    /// <param name="hooks">Hooks that run as well.</param>
    /// <param name="memoryBudget">The most bytes that activations and gradients may take; null: half of the memory that is free.</param>
    /// <exception cref="InsufficientMemoryException">The selection needs more than the budget; nothing was run.</exception>
    GradientRun RunWithGradients(Tokens tokens, IReadOnlyList<string> select, Func<Tensor, Tensor>? metric = null, Hooks? hooks = null, long? memoryBudget = null);

    /// <summary>The first part of a run: tokens to the residual stream [batch, position, d_model] that enters block 0. Hooks inside it fire.</summary>
    /// <remarks><c>Run(tokens) = Unembed(RunBlocks(Embed(tokens), 0, Config.Layers))</c>: sweeps run the parts so as to recompute nothing.</remarks>
    Tensor Embed(Tokens tokens, Hooks? hooks = null);

    /// <summary>The middle of a run: blocks <paramref name="start"/> ≤ l &lt; <paramref name="stop"/> on a residual stream; hooks inside them fire.</summary>
    /// <param name="residual">[batch, position, d_model]: what enters block <paramref name="start"/> (<c>hook_resid_pre</c>), or, with <paramref name="fromMid"/>, its <c>hook_resid_mid</c>.</param>
    /// <param name="start">The first block.</param>
    /// <param name="stop">The block to stop before.</param>
    /// <param name="hooks">Hooks for these blocks.</param>
    /// <param name="fromMid">Start after the attention of block <paramref name="start"/> (sequential blocks only; in attention-only models that is its end).</param>
    /// <returns>[batch, position, d_model]: what leaves block <paramref name="stop"/> − 1.</returns>
    Tensor RunBlocks(Tensor residual, int start, int stop, Hooks? hooks = null, bool fromMid = false);

    /// <summary>The end of a run: final norm and unembedding of the residual stream [batch, position, d_model] (any number of positions): logits.</summary>
    Tensor Unembed(Tensor residual, Hooks? hooks = null);
}
