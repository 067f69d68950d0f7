using Interp.Interventions;

namespace Interp;

/// <summary>Edge attribution patching: the first-order effect of corrupting every edge of the computational graph, by one backward pass (Syed et al. 2023), for circuit discovery.</summary>
/// <remarks>
/// <code>
/// IReadOnlyList&lt;Edge&gt; edges = EdgeAttribution.Run(model, clean, corrupt, metric);
/// foreach (Faithfulness point in Faithfulness.Curve(model, clean, corrupt, metric, edges, [10, 100, 1000])) …
/// </code>
/// score(u → v) = Σ (u_corrupt − u_clean) · ∂metric/∂(input of v) at the clean run.
/// </remarks>
public static class EdgeAttribution
{
    /// <summary>All edges with their scores, by falling magnitude.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clean">[batch, position]</param>
    /// <param name="corrupt">Of the same shape.</param>
    /// <param name="metric">A metric made of <see cref="Ops"/>.</param>
    /// <exception cref="ArgumentException">The tokens differ in shape, or the metric has no gradient.</exception>
    public static IReadOnlyList<Edge> Run(IHookedModel model, Tokens clean, Tokens corrupt, Metric metric)
    {
        ActivationPatching.CheckPair(model, clean, corrupt);
        ArgumentNullException.ThrowIfNull(metric);
        using var scope = TensorScope.Begin();
        TransformerConfig config = model.Config;
        string[] names = EdgeGraph.Names(config);
        Capture cleanRun = new(names), corruptRun = new(names);
        using (Autograd.NoGrad()) model.RunBlocks(model.Embed(corrupt), 0, config.Layers, corruptRun.Hooks);
        string[] points = [.. Enumerable.Range(0, config.Layers).SelectMany(l => Points(config, l))];
        Dictionary<string, Tensor> gradients = AttributionPatching.Gradients(model, clean, metric, points, cleanRun.Hooks);
        (EdgeSender Sender, Tensor Change)[] changes;
        using (Autograd.NoGrad())
            changes = [.. EdgeGraph.Senders(config).Select(sender => (sender, EdgeGraph.Output(model, corruptRun, sender) - EdgeGraph.Output(model, cleanRun, sender)))];
        List<Edge> edges = [];
        foreach (PathReceiver receiver in EdgeGraph.Receivers(config))
        {
            using var inner = TensorScope.Begin();
            Tensor gradient = InputGradient(model, receiver, cleanRun, gradients);
            foreach ((EdgeSender sender, Tensor change) in changes)
                if (EdgeGraph.Connected(config, sender, receiver)) edges.Add(new(sender, receiver, Dot(change, gradient)));
        }
        return [.. edges.OrderByDescending(edge => Math.Abs(edge.Score))];
    }

    private static IEnumerable<string> Points(TransformerConfig config, int l)
    {
        string prefix = $"blocks.{l}.";
        yield return prefix + "attn.hook_q";
        yield return prefix + "attn.hook_k";
        yield return prefix + "attn.hook_v";
        yield return prefix + "hook_resid_post";
        if (config.AttentionOnly) yield break;
        yield return prefix + (config.ParallelBlocks ? "hook_resid_pre" : "hook_resid_mid");
    }

    /// <summary>∂metric/∂(what the receiver reads of the stream) [batch, position, d_model].</summary>
    private static Tensor InputGradient(IHookedModel model, PathReceiver receiver, Capture run, Dictionary<string, Tensor> gradients)
    {
        int l = receiver.Layer;
        switch (receiver.Input)
        {
            case PathInput.Logits:
                return gradients[$"blocks.{model.Config.Layers - 1}.hook_resid_post"];
            case PathInput.Mlp when !model.Config.ParallelBlocks:
                // The stream passes the MLP by: what goes through the MLP is the rest of the gradient.
                return gradients[$"blocks.{l}.hook_resid_mid"] - gradients[$"blocks.{l}.hook_resid_post"];
            case PathInput.Mlp:
                // In parallel blocks the stream passes by both, and the heads' part is known.
                Tensor rest = gradients[$"blocks.{l}.hook_resid_pre"] - gradients[$"blocks.{l}.hook_resid_post"];
                return EdgeGraph.Receivers(model.Config).Where(other => other.Layer == l && other.Input <= PathInput.Value)
                    .Aggregate(rest, (sum, other) => sum - HeadInputGradient(model, other, run, gradients));
            default:
                return HeadInputGradient(model, receiver, run, gradients);
        }
    }

    /// <summary>The gradient at a head's queries (keys, values) taken back through its weight and the norm before it.</summary>
    private static Tensor HeadInputGradient(IHookedModel model, PathReceiver receiver, Capture run, Dictionary<string, Tensor> gradients)
    {
        TransformerConfig config = model.Config;
        string letter = receiver.Input switch { PathInput.Query => "q", PathInput.Key => "k", _ => "v" }, prefix = $"blocks.{receiver.Layer}.";
        Tensor gradient = gradients[$"{prefix}attn.hook_{letter}"], input = run[$"{prefix}hook_resid_pre"];
        int heads = gradient.Shape[2], h = receiver.Head / (config.Heads / heads);
        Tensor weight = Circuit.Weight(model, (receiver.Layer, receiver.Head), letter.ToUpperInvariant());
        Tensor own = Ops.Slice(gradient, 2, h, 1).Reshape(gradient.Shape[0], gradient.Shape[1], gradient.Shape[3]);
        Tensor normed;
        using (Autograd.NoGrad()) normed = Ops.MatMul(own, weight, transposeB: true);
        if (config.Norm == NormKind.None) return normed;
        Tensor leaf = input.Detach();
        leaf.RequiresGrad = true;
        Tensor? gain = config.Norm is NormKind.LayerNorm or NormKind.Rms ? model.Parameters[$"{prefix}ln1.w"].Detach() : null;
        Tensor output = FinalNorm.Centres(config) ? Ops.LayerNorm(leaf, gain, null, config.NormEps, out _) : Ops.RmsNorm(leaf, gain, config.NormEps, out _);
        output.Backward(normed);
        return leaf.Grad!;
    }

    private static double Dot(Tensor a, Tensor b)
    {
        double sum = 0;
        ReadOnlySpan<float> x = a.Span, y = b.Span;
        for (int i = 0; i < x.Length; i++) sum += (double)x[i] * y[i];
        return sum;
    }
}
