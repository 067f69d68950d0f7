using Interp.Interventions;

namespace Interp;

/// <summary>Attribution patching: what activation patching would change, to first order, for all units by one backward pass (Nanda 2023).</summary>
public static class AttributionPatching
{
    /// <summary>Σ (clean − corrupt) · ∂metric/∂activation at the corrupted run, for each unit: predicts <see cref="ActivationPatching.Run"/> less the corrupted metric.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clean">[batch, position]</param>
    /// <param name="corrupt">Of the same shape.</param>
    /// <param name="metric">A metric made of <see cref="Ops"/>.</param>
    /// <param name="component">What would be replaced.</param>
    /// <param name="byPosition">For heads: one position at a time rather than all.</param>
    /// <returns>[layer, position], [layer, head] or [layer, position, head].</returns>
    /// <exception cref="ArgumentException">The tokens differ in shape, or the metric has no gradient.</exception>
    public static Tensor Run(IHookedModel model, Tokens clean, Tokens corrupt, Metric metric, PatchComponent component, bool byPosition = false)
    {
        ActivationPatching.CheckPair(model, clean, corrupt);
        ArgumentNullException.ThrowIfNull(metric);
        using var scope = TensorScope.Begin();
        TransformerConfig config = model.Config;
        PatchPoint point = new(component, byPosition);
        string[] names = [.. Enumerable.Range(0, config.Layers).Select(point.Name)];
        Capture cleanRun = new(names), corruptRun = new(names);
        using (Autograd.NoGrad()) model.RunBlocks(model.Embed(clean), 0, config.Layers, cleanRun.Hooks);
        Dictionary<string, Tensor> gradients = Gradients(model, corrupt, metric, names, corruptRun.Hooks);
        int[] unitShape = point.UnitShape(config, clean.Positions);
        int units = unitShape.Aggregate(1, (n, size) => n * size);
        Tensor result = Tensor.Zeros([config.Layers, .. unitShape]).Keep();
        for (int l = 0; l < config.Layers; l++)
        {
            Tensor from = cleanRun[names[l]], to = corruptRun[names[l]], gradient = gradients[names[l]];
            int[] shape = from.Shape.ToArray();
            int row = from.Length / shape[0];
            for (int unit = 0; unit < units; unit++)
            {
                double sum = 0;
                foreach ((int start, int length) in point.Parts(unit, shape))
                    for (int b = 0; b < shape[0]; b++)
                        for (int i = (b * row) + start; i < (b * row) + start + length; i++)
                            sum += (double)(from.Span[i] - to.Span[i]) * gradient.Span[i];
                result.Span[(l * units) + unit] = (float)sum;
            }
        }
        return result;
    }

    /// <summary>∂(mean of the metric)/∂activation at the named points, by one backward pass.</summary>
    internal static Dictionary<string, Tensor> Gradients(IHookedModel model, Tokens tokens, Metric metric, IEnumerable<string> names, Hooks? also = null)
    {
        // A model in training has parameters that ask for gradients; this pass is not for them.
        if (model is HookedTransformer transformer) model = transformer.Frozen();
        Dictionary<string, Tensor> gradients = [];
        Hooks hooks = new();
        if (also is not null) hooks.AddAll(also);
        foreach (string name in names)
            hooks.AddBackward(name, (gradient, point) =>
            {
                gradients[point] = gradient.Clone().Keep();
                return null;
            });
        Tensor final = model.RunBlocks(model.Embed(tokens), 0, model.Config.Layers, hooks);
        Tensor value = Ops.Mean(metric.Evaluate(new Readout(model), final, tokens).Single());
        if (!value.RequiresGrad)
            throw new ArgumentException($"The metric '{metric.Name}' has no gradient: make it of Ops, from the logits or losses that it is given.", nameof(metric));
        value.Backward();
        return gradients;
    }
}
