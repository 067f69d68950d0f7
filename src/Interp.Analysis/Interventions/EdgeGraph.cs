namespace Interp.Interventions;

/// <summary>The senders and receivers of a model and which come before which.</summary>
internal static class EdgeGraph
{
    /// <summary>All senders, in forward order.</summary>
    public static IReadOnlyList<EdgeSender> Senders(TransformerConfig config)
    {
        List<EdgeSender> senders = [EdgeSender.Embedding];
        for (int l = 0; l < config.Layers; l++)
        {
            for (int h = 0; h < config.Heads; h++) senders.Add(new(l, h));
            if (!config.AttentionOnly) senders.Add(new(l, -1));
        }
        return senders;
    }

    /// <summary>All receivers, in forward order.</summary>
    public static IReadOnlyList<PathReceiver> Receivers(TransformerConfig config)
    {
        List<PathReceiver> receivers = [];
        for (int l = 0; l < config.Layers; l++)
        {
            foreach (PathInput input in new[] { PathInput.Query, PathInput.Key, PathInput.Value })
                for (int h = 0; h < (input == PathInput.Query ? config.Heads : config.KeyValueHeads); h++)
                    receivers.Add(new(input, l, input == PathInput.Query ? h : h * (config.Heads / config.KeyValueHeads)));
            if (!config.AttentionOnly) receivers.Add(new(PathInput.Mlp, l));
        }
        receivers.Add(PathReceiver.Logits);
        return receivers;
    }

    /// <summary>Whether what a sender writes is in what a receiver reads.</summary>
    public static bool Connected(TransformerConfig config, EdgeSender sender, PathReceiver receiver) =>
        receiver.Input == PathInput.Logits
        || sender.Layer < receiver.Layer
        || (receiver.Input == PathInput.Mlp && sender.Layer == receiver.Layer && !sender.IsMlp && !config.ParallelBlocks);

    /// <summary>What each sender wrote in a run [batch, position, d_model]; needs hook_z, hook_mlp_out and the first hook_resid_pre.</summary>
    public static Tensor Output(IHookedModel model, Capture run, EdgeSender sender)
    {
        if (sender.Layer < 0) return run["blocks.0.hook_resid_pre"];
        if (sender.IsMlp) return run[$"blocks.{sender.Layer}.hook_mlp_out"];
        Tensor z = run[$"blocks.{sender.Layer}.attn.hook_z"];
        Tensor own = Ops.Slice(z, 2, sender.Head, 1).Reshape(z.Shape[0], z.Shape[1], z.Shape[3]);
        return Ops.MatMul(own, model.Parameters[$"blocks.{sender.Layer}.attn.W_O"].Select(sender.Head).Detach());
    }

    /// <summary>What <see cref="Output"/> needs of a run.</summary>
    public static string[] Names(TransformerConfig config) =>
        ["blocks.*.hook_resid_pre", "blocks.*.attn.hook_z", .. config.AttentionOnly ? Array.Empty<string>() : ["blocks.*.hook_mlp_out"]];
}
