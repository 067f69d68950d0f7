using Interp.Interventions;

namespace Interp;

/// <summary>Path patching: the clean run with one path, from a sender head to a receiver, carrying what it carries on the corrupted run (Wang et al. 2022).</summary>
/// <remarks>
/// <code>double[,] effect = PathPatching.FromEachHead(model, clean, corrupt, metric, new PathReceiver(PathInput.Query, 9, 9));</code>
/// All other heads are frozen to the clean run between sender and receiver; MLPs are frozen too (the direct path) or recompute, as the caller
/// says. After the receiver everything recomputes.
/// </remarks>
public static class PathPatching
{
    /// <summary>The metric (mean over rows) with the paths from a set of senders to one receiver patched.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clean">What is run [batch, position].</param>
    /// <param name="corrupt">Where the senders' outputs come from, of the same shape.</param>
    /// <param name="metric">What is measured.</param>
    /// <param name="senders">The sending heads, all before the receiver.</param>
    /// <param name="receiver">Where the paths end.</param>
    /// <param name="throughMlps">Lets the MLPs between recompute, so that they are part of the path.</param>
    /// <exception cref="ArgumentException">The tokens differ in shape, or a sender does not come before the receiver.</exception>
    public static double Run(
        IHookedModel model, Tokens clean, Tokens corrupt, Metric metric, IReadOnlyCollection<HeadId> senders, PathReceiver receiver, bool throughMlps = false)
    {
        ArgumentNullException.ThrowIfNull(senders);
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        Paths paths = new(model, clean, corrupt, throughMlps);
        return paths.Measure(metric, new Readout(model), senders, receiver);
    }

    /// <summary>The metric with the path from each head in turn, [layer, head]; NaN for heads that do not come before the receiver.</summary>
    /// <inheritdoc cref="Run"/>
    public static double[,] FromEachHead(IHookedModel model, Tokens clean, Tokens corrupt, Metric metric, PathReceiver receiver, bool throughMlps = false)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        Paths paths = new(model, clean, corrupt, throughMlps);
        Readout readout = new(model);
        double[,] values = new double[model.Config.Layers, model.Config.Heads];
        foreach (HeadId head in HeadId.All(model.Config))
        {
            using var inner = TensorScope.Begin();
            values[head.Layer, head.Head] = Paths.Reaches(model.Config, head, receiver) ? paths.Measure(metric, readout, [head], receiver) : double.NaN;
        }
        return values;
    }
}
