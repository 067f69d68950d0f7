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
        TransformerConfig config = model.Config;
        PatchPoint point = new(component, byPosition);
        Tensor result = Tensor.Empty([config.Layers, .. point.UnitShape(config, clean.Positions)]).Keep();
        PatchedPrompt prompt = new(model, new("", corrupt, metric) { Reference = clean }, point);
        int together = Math.Max(1, PositionsAtOnce / corrupt.Ids.Length), done = 0;
        for (int l = 0; l < config.Layers; l++)
            foreach (Variant[] variants in point.Variants(config, l, clean.Positions).Chunk(together))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (double[] values in prompt.Measure(variants)) result.Span[done++] = (float)values[0];
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
}
