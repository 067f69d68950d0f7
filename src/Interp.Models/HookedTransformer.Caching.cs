using Interp.Passes;

namespace Interp;

public sealed partial class HookedTransformer
{
    /// <inheritdoc/>
    public CachedRun RunWithCache(Tokens tokens, IReadOnlyList<string> select, Hooks? hooks = null, long? memoryBudget = null)
    {
        Recorder activations = new(_points, select);
        CheckMemory(EstimateCacheBytes(tokens, select), memoryBudget, tokens);
        Hooks all = WithUsers(hooks);
        foreach (HookPoint point in activations.Selected) all.Observe(point.Name, activations.Keep);
        Tensor logits = Run(tokens, all);
        return new CachedRun(logits, activations.ToCache());
    }

    /// <inheritdoc/>
    /// <remarks>Recording needs the intermediates of the whole forward pass beside what is selected.</remarks>
    public GradientRun RunWithGradients(
        Tokens tokens, IReadOnlyList<string> select, Func<Tensor, Tensor>? metric = null, Hooks? hooks = null, long? memoryBudget = null)
    {
        Recorder activations = new(_points, select), gradients = new(_points, select);
        CheckMemory(2 * EstimateCacheBytes(tokens, select), memoryBudget, tokens);
        Hooks all = WithUsers(hooks);
        foreach (HookPoint point in activations.Selected)
        {
            all.Observe(point.Name, (activation, name) => activations.Keep(activation.Detach(), name));
            all.AddBackward(point.Name, (gradient, name) => { gradients.Keep(gradient, name); return null; });
        }
        using TensorScope scope = TensorScope.Begin();
        HookedTransformer frozen = Frozen();
        Tensor value = metric is null ? frozen.MeanLoss(tokens, all) : metric(frozen.Run(tokens, all));
        if (value.Length != 1)
            throw new ArgumentException($"A metric is one number; this one returned [{string.Join(", ", value.Shape.ToArray())}].", nameof(metric));
        if (value.RequiresGrad) value.Backward();
        return new GradientRun(value.Item(), activations.ToCache(), gradients.ToCache());
    }

    /// <summary>The bytes that the activations of a selection take.</summary>
    /// <param name="tokens">The tokens to be run.</param>
    /// <param name="select">Names or globs.</param>
    public long EstimateCacheBytes(Tokens tokens, IReadOnlyList<string> select)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new Recorder(_points, select).Selected.Sum(point =>
            point.Shape(Config, tokens.Batch, tokens.Positions).Aggregate((long)sizeof(float), (bytes, size) => bytes * size));
    }

    private static Hooks WithUsers(Hooks? hooks) => hooks is null ? new Hooks() : new Hooks().AddAll(hooks);

    private static void CheckMemory(long needed, long? budget, Tokens tokens)
    {
        long allowed = budget ?? FreeMemory() / 2;
        if (needed <= allowed) return;
        throw new InsufficientMemoryException(
            $"The selected activations of [{tokens.Batch}, {tokens.Positions}] tokens need {Mebibytes(needed)}, and the budget is {Mebibytes(allowed)}"
            + $"{(budget is null ? " (half of the free memory)" : "")}. Select fewer names, run fewer rows at a time, or pass a larger memoryBudget.");
    }

    private static long FreeMemory()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
    }

    private static string Mebibytes(long bytes) => $"{Math.Ceiling(bytes / 1048576.0):0} MiB";
}
