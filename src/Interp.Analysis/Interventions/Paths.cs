namespace Interp.Interventions;

/// <summary>A clean and a corrupted run, and the reruns that send one path's difference from one to the other.</summary>
internal sealed class Paths
{
    private readonly IHookedModel _model;
    private readonly Tokens _tokens;
    private readonly bool _throughMlps;
    private readonly Capture _clean, _corrupt;

    public Paths(IHookedModel model, Tokens clean, Tokens corrupt, bool throughMlps)
    {
        ActivationPatching.CheckPair(model, clean, corrupt);
        (_model, _tokens, _throughMlps) = (model, clean, throughMlps);
        string[] names = ["blocks.*.hook_resid_pre", "blocks.*.hook_attn_out", "blocks.*.attn.hook_z", .. model.Config.AttentionOnly ? Array.Empty<string>() : ["blocks.*.hook_mlp_out"]];
        (_clean, _corrupt) = (new Capture(names), new Capture("blocks.*.attn.hook_z"));
        model.RunBlocks(model.Embed(clean), 0, model.Config.Layers, _clean.Hooks);
        model.RunBlocks(model.Embed(corrupt), 0, model.Config.Layers, _corrupt.Hooks);
    }

    /// <summary>Whether a head's output can reach the receiver.</summary>
    public static bool Reaches(TransformerConfig config, HeadId sender, PathReceiver receiver) => receiver.Input switch
    {
        PathInput.Logits => true,
        PathInput.Mlp => sender.Layer < receiver.Layer || (sender.Layer == receiver.Layer && !config.ParallelBlocks),
        _ => sender.Layer < receiver.Layer,
    };

    public double Measure(Metric metric, Readout readout, IReadOnlyCollection<HeadId> senders, PathReceiver receiver)
    {
        TransformerConfig config = _model.Config;
        foreach (HeadId sender in senders)
        {
            sender.Check(config);
            if (!Reaches(config, sender, receiver)) throw new ArgumentException($"Head {sender} does not come before {receiver}.", nameof(senders));
        }
        int first = senders.Count == 0 ? 0 : senders.Min(sender => sender.Layer);
        Tensor start = _clean[$"blocks.{first}.hook_resid_pre"];
        Hooks frozen = Frozen(senders);
        if (receiver.Input == PathInput.Logits)
            return Metric.Mean(metric.Evaluate(readout, _model.RunBlocks(start, first, config.Layers, frozen), _tokens).Single());

        // What the receiver computes on the patched stream, then the clean run with that in its place.
        int l = receiver.Layer;
        string name = receiver.Input switch
        {
            PathInput.Query => $"blocks.{l}.attn.hook_q",
            PathInput.Key => $"blocks.{l}.attn.hook_k",
            PathInput.Value => $"blocks.{l}.attn.hook_v",
            _ => $"blocks.{l}.hook_mlp_out",
        };
        Tensor? received = null;
        Hooks capture = new Hooks().AddAll(frozen);
        if (receiver.Input == PathInput.Mlp && !_throughMlps)
        {
            // The receiver itself computes although all other MLPs are frozen.
            capture = Frozen(senders, computing: l);
        }
        capture.Observe(name, (activation, _) => received = activation.Clone().Keep());
        _model.RunBlocks(start, first, l + 1, capture);
        Hooks patched = new Hooks().Add(name, (activation, _) => receiver.Input == PathInput.Mlp ? received! : WithHead(activation, received!, receiver.Head));
        return Metric.Mean(metric.Evaluate(readout, _model.RunBlocks(_clean[$"blocks.{l}.hook_resid_pre"], l, config.Layers, patched), _tokens).Single());
    }

    /// <summary>Every attention output as on the clean run plus the senders' differences; MLPs frozen unless they are part of the path.</summary>
    private Hooks Frozen(IReadOnlyCollection<HeadId> senders, int computing = -1)
    {
        Hooks hooks = new();
        for (int l = 0; l < _model.Config.Layers; l++)
        {
            Tensor output = _clean[$"blocks.{l}.hook_attn_out"];
            foreach (HeadId sender in senders.Where(sender => sender.Layer == l)) output += Difference(sender);
            hooks.Replace($"blocks.{l}.hook_attn_out", output);
            if (!_throughMlps && !_model.Config.AttentionOnly && l != computing) hooks.Replace($"blocks.{l}.hook_mlp_out", _clean[$"blocks.{l}.hook_mlp_out"]);
        }
        return hooks;
    }

    /// <summary>The head's result on the corrupted run less that on the clean one [batch, position, d_model].</summary>
    private Tensor Difference(HeadId head)
    {
        string name = $"blocks.{head.Layer}.attn.hook_z";
        Tensor clean = _clean[name], difference = Ops.Slice(_corrupt[name], 2, head.Head, 1) - Ops.Slice(clean, 2, head.Head, 1);
        return Ops.MatMul(difference.Reshape(clean.Shape[0], clean.Shape[1], clean.Shape[3]), _model.Parameters[$"blocks.{head.Layer}.attn.W_O"].Select(head.Head).Detach());
    }

    /// <summary>An activation [batch, position, head, width] with one head's part from another.</summary>
    private Tensor WithHead(Tensor activation, Tensor other, int head)
    {
        int heads = activation.Shape[2], width = activation.Shape[3], h = head / (_model.Config.Heads / heads);
        Tensor edited = activation.Clone();
        for (int row = 0; row < activation.Length / (heads * width); row++)
            other.Span.Slice(((row * heads) + h) * width, width).CopyTo(edited.Span[(((row * heads) + h) * width)..]);
        return edited;
    }
}
