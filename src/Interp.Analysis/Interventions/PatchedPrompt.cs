namespace Interp.Interventions;

/// <summary>A prompt with one activation of its reference at a time in its own one's place: every rerun starts at the patched layer.</summary>
internal sealed class PatchedPrompt : PromptRun
{
    private readonly PatchPoint _point;
    private readonly Capture _from, _start;

    public PatchedPrompt(IHookedModel model, SweepPrompt prompt, PatchPoint point) : base(model, prompt)
    {
        using var noGrad = Autograd.NoGrad();
        _point = point;
        int layers = model.Config.Layers;
        (_from, _start) = (new([.. Enumerable.Range(0, layers).Select(point.Name)]), new("blocks.*.hook_resid_pre"));
        model.RunBlocks(model.Embed(prompt.Reference!), 0, layers, _from.Hooks);
        using var scope = TensorScope.Begin();
        Clean = [.. Values(model.RunBlocks(model.Embed(prompt.Tokens), 0, layers, _start.Hooks)).Select(copies => copies[0])];
    }

    private protected override (Tensor, int[]?) Final(Variant[] variants)
    {
        int layer = variants[0].Head.Layer;
        string name = _point.Name(layer);
        Tensor residual = _start[$"blocks.{layer}.hook_resid_pre"];
        Hooks hooks = new Hooks().Add(name, (activation, _) => Patched(activation, _from[name], variants));
        return (Model.RunBlocks(Ops.Concat(0, [.. variants.Select(_ => residual)]), layer, Model.Config.Layers, hooks), null);
    }

    /// <summary>Copy c of the batch with the unit of variant c taken from the source.</summary>
    private Tensor Patched(Tensor activation, Tensor source, Variant[] variants)
    {
        Tensor patched = activation.Clone();
        int[] shape = source.Shape.ToArray();
        int batch = shape[0], row = source.Length / batch;
        for (int c = 0; c < variants.Length; c++)
            foreach ((int start, int length) in _point.Parts(_point.Unit(variants[c], Model.Config), shape))
                for (int b = 0; b < batch; b++)
                    source.Span.Slice((b * row) + start, length).CopyTo(patched.Span[((((c * batch) + b) * row) + start)..]);
        return patched;
    }
}
