namespace Interp.Interventions;

/// <summary>The ablations of one model on one prompt, all from one undisturbed run.</summary>
internal sealed class PromptSweep
{
    private readonly IHookedModel _model;
    private readonly SweepPrompt _prompt;
    private readonly string _checkpoint;
    private readonly AblationKind _kind;
    private readonly CleanRun _run;
    private readonly Tensor[]? _means;
    private readonly CleanRun? _other;
    private readonly Readout _readout;
    private readonly double[] _clean;

    public PromptSweep(IHookedModel model, SweepPrompt prompt, AblationKind kind, string checkpoint)
    {
        (_model, _prompt, _kind, _checkpoint) = (model, prompt, kind, checkpoint);
        using var noGrad = Autograd.NoGrad();
        _run = kind == AblationKind.PatternPreserving ? new(model, prompt.Tokens, "blocks.*.attn.hook_pattern") : new(model, prompt.Tokens);
        _means = kind == AblationKind.Mean ? Ablation.MeanOutputs(model, prompt.Reference ?? prompt.Tokens) : null;
        _other = kind == AblationKind.Resample ? new(model, prompt.Reference!) : null;
        _readout = new Readout(model);
        _clean = [.. Values(_run.Final).Select(copies => copies[0])];
    }

    /// <summary>Measures variants of one layer as one batch.</summary>
    public SweepRow[] Measure(Variant[] variants)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        int layer = variants[0].Head.Layer;
        Tensor edited = _run.WithHeadsReplaced(layer, variants, new Replacement(_means?[layer] ?? _other?.Z(layer)));
        Hooks? hooks = _kind == AblationKind.PatternPreserving ? _run.ForcedPatterns(layer + 1, _model.Config.Layers, variants.Length) : null;
        double[][] values = Values(_run.Finish(edited, layer, hooks));
        return [.. variants.SelectMany((variant, c) => _prompt.Metrics.Select((metric, m) =>
            new SweepRow(_checkpoint, _prompt.Name, layer, variant.Head.Head, variant.Position, metric.Name, values[m][c], _clean[m])))];
    }

    /// <summary>[metric][copy]: the metrics of each copy of the prompt in a final residual.</summary>
    private double[][] Values(Tensor final)
    {
        using var scope = TensorScope.Begin();
        Tensor? losses = _prompt.Metrics.Any(metric => metric.ReadsLosses) ? _readout.Losses(final, _prompt.Tokens) : null;
        return [.. _prompt.Metrics.Select(metric => metric.Evaluate(_readout, final, _prompt.Tokens, losses).Select(Metric.Mean).ToArray())];
    }
}
