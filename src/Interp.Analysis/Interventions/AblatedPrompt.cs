namespace Interp.Interventions;

/// <summary>A prompt with heads ablated: every rerun starts after the attention of the ablated layer.</summary>
internal sealed class AblatedPrompt : PromptRun
{
    private readonly AblationKind _kind;
    private readonly CleanRun _run;
    private readonly Tensor[]? _means;
    private readonly CleanRun? _other;

    public AblatedPrompt(IHookedModel model, SweepPrompt prompt, AblationKind kind) : base(model, prompt)
    {
        _kind = kind;
        using var noGrad = Autograd.NoGrad();
        _run = kind == AblationKind.PatternPreserving ? new(model, prompt.Tokens, "blocks.*.attn.hook_pattern") : new(model, prompt.Tokens);
        _means = kind == AblationKind.Mean ? Ablation.MeanOutputs(model, prompt.Reference ?? prompt.Tokens) : null;
        _other = kind == AblationKind.Resample ? new(model, prompt.Reference!) : null;
        Clean = [.. Values(_run.Final).Select(copies => copies[0])];
    }

    private protected override (Tensor, int[]?) Final(Variant[] variants)
    {
        int layer = variants[0].Head.Layer;
        Tensor edited = _run.WithHeadsReplaced(layer, variants, new Replacement(_means?[layer] ?? _other?.Z(layer)));
        Hooks? hooks = _kind == AblationKind.PatternPreserving ? _run.ForcedPatterns(layer + 1, Model.Config.Layers, variants.Length) : null;
        int[]? read = Read;
        return (_run.Finish(edited, layer, hooks, read), read);
    }
}
