using Interp.Passes;

namespace Interp;

public sealed partial class HookedTransformer
{
    /// <inheritdoc/>
    public CachedRun RunWithCache(Tokens tokens, IReadOnlyList<string> select, Hooks? hooks = null, long? memoryBudget = null) =>
        RecordedRuns.WithCache(this, _points, tokens, select, hooks, memoryBudget);

    /// <inheritdoc/>
    /// <remarks>Recording needs the intermediates of the whole forward pass beside what is selected.</remarks>
    public GradientRun RunWithGradients(
        Tokens tokens, IReadOnlyList<string> select, Func<Tensor, Tensor>? metric = null, Hooks? hooks = null, long? memoryBudget = null) =>
        RecordedRuns.WithGradients(Config, _points, tokens, select, all =>
        {
            HookedTransformer frozen = Frozen();
            return metric is null ? frozen.MeanLoss(tokens, all) : metric(frozen.Run(tokens, all));
        }, hooks, memoryBudget);

    /// <summary>The bytes that the activations of a selection take.</summary>
    /// <param name="tokens">The tokens to be run.</param>
    /// <param name="select">Names or globs.</param>
    public long EstimateCacheBytes(Tokens tokens, IReadOnlyList<string> select) => RecordedRuns.Bytes(Config, _points, tokens, select);
}
