namespace Interp.Interventions;

/// <summary>The interventions on one prompt of one model, all from one undisturbed run; any number of threads may measure.</summary>
internal abstract class PromptRun
{
    private readonly SweepPrompt _prompt;
    private readonly Readout _readout;

    private protected PromptRun(IHookedModel model, SweepPrompt prompt) => (Model, _prompt, _readout) = (model, prompt, new Readout(model));

    /// <summary>Each metric of the undisturbed run.</summary>
    public double[] Clean { get; private protected init; } = [];

    /// <summary>The model.</summary>
    protected IHookedModel Model { get; }

    /// <summary>What runs.</summary>
    protected Tokens Tokens => _prompt.Tokens;

    /// <summary>The positions that the metrics read, in order, where that is known and not all of them; else null.</summary>
    protected int[]? Read =>
        _prompt.Metrics.All(metric => !metric.ReadsLosses && metric.Positions is not null) ? [.. _prompt.Metrics.SelectMany(metric => metric.PositionsOf(Tokens)!).Distinct().Order()] : null;

    /// <summary>[variant][metric]: variants of one layer, run as one batch.</summary>
    public double[][] Measure(Variant[] variants)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        (Tensor final, int[]? kept) = Final(variants);
        double[][] values = Values(final, kept);
        return [.. variants.Select((_, c) => values.Select(copies => copies[c]).ToArray())];
    }

    /// <summary>The final residual [variants · batch, position, d_model], and the positions it holds where it does not hold all.</summary>
    private protected abstract (Tensor Final, int[]? Kept) Final(Variant[] variants);

    /// <summary>[metric][copy]: the metrics of each copy of the prompt in a final residual.</summary>
    private protected double[][] Values(Tensor final, int[]? kept = null)
    {
        using var scope = TensorScope.Begin();
        Tensor? losses = _prompt.Metrics.Any(metric => metric.ReadsLosses) ? _readout.Losses(final, Tokens) : null;
        return [.. _prompt.Metrics.Select(metric => metric.Evaluate(_readout, final, Tokens, losses, kept).Select(Metric.Mean).ToArray())];
    }
}
