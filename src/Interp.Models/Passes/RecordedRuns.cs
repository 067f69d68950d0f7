namespace Interp.Passes;

/// <summary>Runs that keep activations, and gradients, built on any model's plain runs with hooks.</summary>
internal static class RecordedRuns
{
    /// <summary><see cref="IHookedModel.RunWithCache"/>.</summary>
    public static CachedRun WithCache(IHookedModel model, IReadOnlyList<HookPoint> points, Tokens tokens, IReadOnlyList<string> select, Hooks? hooks, long? memoryBudget)
    {
        Recorder activations = new(points, select);
        CheckMemory(Bytes(activations, model.Config, tokens), memoryBudget, tokens);
        Hooks all = WithUsers(hooks);
        foreach (HookPoint point in activations.Selected) all.Observe(point.Name, activations.Keep);
        Tensor logits = model.Run(tokens, all);
        return new CachedRun(logits, activations.ToCache());
    }

    /// <summary><see cref="IHookedModel.RunWithGradients"/>.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="points">Its hook points.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="select">Names or globs.</param>
    /// <param name="metric">Runs the model with hooks and returns the metric, recorded.</param>
    /// <param name="hooks">The user's hooks.</param>
    /// <param name="memoryBudget">The most bytes for activations and gradients.</param>
    public static GradientRun WithGradients(
        TransformerConfig config, IReadOnlyList<HookPoint> points, Tokens tokens, IReadOnlyList<string> select, Func<Hooks, Tensor> metric, Hooks? hooks, long? memoryBudget)
    {
        Recorder activations = new(points, select), gradients = new(points, select);
        CheckMemory(2 * Bytes(activations, config, tokens), memoryBudget, tokens);
        Hooks all = WithUsers(hooks);
        foreach (HookPoint point in activations.Selected)
        {
            all.Observe(point.Name, (activation, name) => activations.Keep(activation.Detach(), name));
            all.AddBackward(point.Name, (gradient, name) => { gradients.Keep(gradient, name); return null; });
        }
        using TensorScope scope = TensorScope.Begin();
        Tensor value = metric(all);
        if (value.Length != 1)
            throw new ArgumentException($"A metric is one number; this one returned [{string.Join(", ", value.Shape.ToArray())}].", nameof(metric));
        if (value.RequiresGrad) value.Backward();
        return new GradientRun(value.Item(), activations.ToCache(), gradients.ToCache());
    }

    /// <summary>The bytes that the activations of a selection take.</summary>
    public static long Bytes(TransformerConfig config, IReadOnlyList<HookPoint> points, Tokens tokens, IReadOnlyList<string> select)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Bytes(new Recorder(points, select), config, tokens);
    }

    private static long Bytes(Recorder recorder, TransformerConfig config, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return recorder.Selected.Sum(point => point.Shape(config, tokens.Batch, tokens.Positions).Aggregate((long)sizeof(float), (bytes, size) => bytes * size));
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
