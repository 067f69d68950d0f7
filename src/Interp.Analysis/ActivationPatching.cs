using Interp.Interventions;

namespace Interp;

/// <summary>Activation patching: run the corrupted tokens with one activation of the clean run in its place, and measure.</summary>
/// <remarks>
/// <code>
/// Tensor byHead = ActivationPatching.Run(model, clean, corrupt, Metrics.LogitDifference(answers, wrong), PatchComponent.HeadOutput);
/// </code>
/// Every run starts at the patched layer; patches of a layer run as one batch.
/// </remarks>
public static class ActivationPatching
{
    /// <summary>Rows × positions in one run.</summary>
    private const int PositionsAtOnce = 4096;

    /// <summary>The metric (mean over rows) after each patch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clean">Where the activations come from [batch, position].</param>
    /// <param name="corrupt">What is run, of the same shape.</param>
    /// <param name="metric">What is measured.</param>
    /// <param name="component">What is replaced.</param>
    /// <param name="byPosition">For heads: one position at a time rather than all.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <returns>[layer, position], [layer, head] or [layer, position, head].</returns>
    /// <exception cref="ArgumentException">The tokens differ in shape, or the model has no such component.</exception>
    public static Tensor Run(
        IHookedModel model, Tokens clean, Tokens corrupt, Metric metric, PatchComponent component, bool byPosition = false, CancellationToken cancellation = default)
    {
        CheckPair(model, clean, corrupt);
        ArgumentNullException.ThrowIfNull(metric);
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        TransformerConfig config = model.Config;
        PatchPoint point = new(component, byPosition);
        int[] unitShape = point.UnitShape(config, clean.Positions);
        int units = unitShape.Aggregate(1, (n, size) => n * size), together = Math.Clamp(PositionsAtOnce / corrupt.Ids.Length, 1, units);
        Capture from = new([.. Enumerable.Range(0, config.Layers).Select(point.Name)]), start = new("blocks.*.hook_resid_pre");
        model.RunBlocks(model.Embed(clean), 0, config.Layers, from.Hooks);
        model.RunBlocks(model.Embed(corrupt), 0, config.Layers, start.Hooks);
        Readout readout = new(model);
        Tensor result = Tensor.Empty([config.Layers, .. unitShape]).Keep();
        for (int l = 0; l < config.Layers; l++)
            for (int first = 0; first < units; first += together)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = TensorScope.Begin();
                int[] chosen = [.. Enumerable.Range(first, Math.Min(together, units - first))];
                Tensor source = from[point.Name(l)], residual = start[$"blocks.{l}.hook_resid_pre"];
                Hooks hooks = new Hooks().Add(point.Name(l), (activation, _) => Patched(activation, source, point, chosen));
                Tensor final = model.RunBlocks(Ops.Concat(0, [.. chosen.Select(_ => residual)]), l, config.Layers, hooks);
                Tensor[] values = metric.Evaluate(readout, final, corrupt);
                for (int i = 0; i < chosen.Length; i++) result.Span[(l * units) + chosen[i]] = (float)Metric.Mean(values[i]);
            }
        return result;
    }

    internal static void CheckPair(IHookedModel model, Tokens clean, Tokens corrupt)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clean);
        ArgumentNullException.ThrowIfNull(corrupt);
        if (clean.Batch != corrupt.Batch || clean.Positions != corrupt.Positions)
        {
            throw new ArgumentException(
                $"Clean and corrupted tokens correspond position by position: [{clean.Batch}, {clean.Positions}] and [{corrupt.Batch}, {corrupt.Positions}] do not.", nameof(corrupt));
        }
    }

    /// <summary>Copy c of the batch with unit chosen[c] taken from the source.</summary>
    private static Tensor Patched(Tensor activation, Tensor source, PatchPoint point, int[] chosen)
    {
        Tensor patched = activation.Clone();
        int[] shape = source.Shape.ToArray();
        int batch = shape[0], row = source.Length / batch;
        for (int c = 0; c < chosen.Length; c++)
            foreach ((int start, int length) in point.Parts(chosen[c], shape))
                for (int b = 0; b < batch; b++)
                    source.Span.Slice((b * row) + start, length).CopyTo(patched.Span[((((c * batch) + b) * row) + start)..]);
        return patched;
    }
}
