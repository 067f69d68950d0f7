namespace Interp;

/// <summary>Term importance: the loss with paths through up to n attention layers, patterns frozen (Elhage et al. 2021).</summary>
/// <remarks>
/// Pass n runs every layer on the embedding plus the attention outputs saved on pass n − 1, with the patterns of the normal run: its final
/// stream holds the terms of order ≤ n. The differences of the losses are what the n-th order terms are worth. For attention-only models.
/// </remarks>
/// <param name="Losses">The mean loss after each pass: 0 is the direct path alone; the last, with all orders, is the model's own.</param>
public sealed record TermImportance(IReadOnlyList<double> Losses)
{
    /// <summary>Loss(n − 1) − loss(n) for n = 1, 2, …: what the terms of order n lower the loss by, given those before.</summary>
    public IReadOnlyList<double> Marginal => [.. Losses.Skip(1).Select((loss, n) => Losses[n] - loss)];

    /// <summary>Measures on <paramref name="tokens"/>.</summary>
    /// <exception cref="ArgumentException">The model has MLPs, whose outputs have no order.</exception>
    public static TermImportance Measure(IHookedModel model, Tokens tokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        TransformerConfig config = model.Config;
        if (!config.AttentionOnly) throw new ArgumentException("Terms have an order in attention-only models; this one has MLPs.", nameof(model));
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        Capture patterns = new("blocks.*.attn.hook_pattern");
        Tensor embedded = model.Embed(tokens);
        model.RunBlocks(embedded, 0, config.Layers, patterns.Hooks);
        Readout readout = new(model);
        Tensor?[] saved = new Tensor?[config.Layers];
        List<double> losses = [];
        for (int pass = 0; pass <= config.Layers; pass++)
        {
            Tensor stream = embedded;
            Tensor?[] outputs = new Tensor?[config.Layers];
            for (int l = 0; l < config.Layers; l++)
            {
                string name = $"blocks.{l}.attn.hook_pattern";
                outputs[l] = model.RunBlocks(stream, l, l + 1, new Hooks().Replace(name, patterns[name])) - stream;
                if (saved[l] is { } injected) stream += injected;
            }
            losses.Add(Metric.Mean(readout.Losses(stream, tokens)));
            saved = outputs;
        }
        return new TermImportance(losses);
    }
}
