namespace Interp.Interventions;

/// <summary>Runs the clean tokens with every edge outside a circuit carrying the corrupted run.</summary>
/// <remarks>Each receiver reads its own stream: the corrupted one plus, for each kept edge into it, the sender's present output less its corrupted one.</remarks>
internal sealed class EdgeRun
{
    private readonly IHookedModel _model;
    private readonly Tokens _clean;
    private readonly Capture _corrupt;
    private readonly Tensor _embedding, _corruptFinal;

    public EdgeRun(IHookedModel model, Tokens clean, Tokens corrupt)
    {
        ActivationPatching.CheckPair(model, clean, corrupt);
        (_model, _clean) = (model, clean);
        using var noGrad = Autograd.NoGrad();
        string[] mid = model.Config.AttentionOnly || model.Config.ParallelBlocks ? [] : ["blocks.*.hook_resid_mid"];
        _corrupt = new Capture([.. EdgeGraph.Names(model.Config), .. mid]);
        _corruptFinal = model.RunBlocks(model.Embed(corrupt), 0, model.Config.Layers, _corrupt.Hooks).Keep();
        _embedding = model.Embed(clean).Keep();
    }

    public double Measure(Metric metric, IReadOnlyCollection<Edge> kept)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        TransformerConfig config = _model.Config;
        ILookup<PathReceiver, EdgeSender> into = kept.ToLookup(edge => edge.Receiver, edge => edge.Sender);
        Dictionary<EdgeSender, Tensor> changes = new() { [EdgeSender.Embedding] = _embedding - EdgeGraph.Output(_model, _corrupt, EdgeSender.Embedding) };
        PathReceiver[] receivers = [.. EdgeGraph.Receivers(config)];
        for (int l = 0; l < config.Layers; l++)
        {
            PathReceiver[] inputs = [.. receivers.Where(receiver => receiver.Layer == l && receiver.Input <= PathInput.Value)];
            Tensor z = Attention(l, inputs, into, changes);
            for (int h = 0; h < config.Heads; h++)
            {
                Tensor own = Ops.Slice(z, 2, h, 1) - Ops.Slice(_corrupt[$"blocks.{l}.attn.hook_z"], 2, h, 1);
                changes[new(l, h)] = Ops.MatMul(own.Reshape(z.Shape[0], z.Shape[1], z.Shape[3]), _model.Parameters[$"blocks.{l}.attn.W_O"].Select(h).Detach());
            }
            if (!config.AttentionOnly) changes[new(l, -1)] = Mlp(l, into, changes) - _corrupt[$"blocks.{l}.hook_mlp_out"];
        }
        Tensor final = Stream(_corruptFinal, PathReceiver.Logits, into, changes);
        return Metric.Mean(metric.Evaluate(new Readout(_model), final, _clean).Single());
    }

    /// <summary>z of a layer whose heads' queries, keys and values each read their own stream: one run of the block on all streams, one with what they gave.</summary>
    private Tensor Attention(int l, PathReceiver[] inputs, ILookup<PathReceiver, EdgeSender> into, Dictionary<EdgeSender, Tensor> changes)
    {
        Tensor stream = _corrupt[$"blocks.{l}.hook_resid_pre"];
        Tensor streams = Ops.Concat(0, [.. inputs.Select(input => Stream(stream, input, into, changes))]);
        string prefix = $"blocks.{l}.attn.hook_";
        Capture each = new(prefix + "q", prefix + "k", prefix + "v"), together = new(prefix + "z");
        _model.RunBlocks(streams, l, l + 1, each.Hooks);
        foreach (string letter in new[] { "q", "k", "v" }) together.Hooks.Replace(prefix + letter, Diagonal(each[prefix + letter], inputs, letter, stream.Shape[0]));
        _model.RunBlocks(stream, l, l + 1, together.Hooks);
        return together[prefix + "z"];
    }

    /// <summary>Of what every stream gave [streams · batch, position, head, width], each head's part from its own stream.</summary>
    private Tensor Diagonal(Tensor all, PathReceiver[] inputs, string letter, int batch)
    {
        PathInput wanted = letter switch { "q" => PathInput.Query, "k" => PathInput.Key, _ => PathInput.Value };
        int heads = all.Shape[2];
        return Ops.Concat(2, [.. Enumerable.Range(0, heads).Select(h =>
        {
            int stream = Array.FindIndex(inputs, input => input.Input == wanted && input.Head / (_model.Config.Heads / heads) == h);
            return Ops.Slice(Ops.Slice(all, 0, stream * batch, batch), 2, h, 1);
        })]);
    }

    private Tensor Mlp(int l, ILookup<PathReceiver, EdgeSender> into, Dictionary<EdgeSender, Tensor> changes)
    {
        bool parallel = _model.Config.ParallelBlocks;
        Tensor stream = Stream(_corrupt[$"blocks.{l}.{(parallel ? "hook_resid_pre" : "hook_resid_mid")}"], new(PathInput.Mlp, l), into, changes);
        Capture run = new($"blocks.{l}.hook_mlp_out");
        _model.RunBlocks(stream, l, l + 1, run.Hooks, fromMid: !parallel);
        return run[$"blocks.{l}.hook_mlp_out"];
    }

    private static Tensor Stream(Tensor corrupt, PathReceiver receiver, ILookup<PathReceiver, EdgeSender> into, Dictionary<EdgeSender, Tensor> changes) =>
        into[receiver].Aggregate(corrupt, (sum, sender) => sum + changes[sender]);
}
