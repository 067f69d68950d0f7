using Interp.Interventions;

namespace Interp;

/// <summary>Ablation: replace a head's result and measure what changes.</summary>
/// <remarks>
/// <code>
/// AblatedLosses ablated = Ablation.EachHead(model, tokens, AblationKind.PatternPreserving);
/// double[,] effect = ablated.Effects(losses => InContextScore.Of(losses));
/// double together = InContextScore.Of(Ablation.Losses(model, tokens, [(1, 0), (1, 3)], AblationKind.PatternPreserving));
/// </code>
/// Each rerun starts after the attention of the ablated layer, and the heads of a layer run as one batch; the logits are never stored.
/// </remarks>
public static class Ablation
{
    /// <summary>Rows × positions in one run: large enough for the matrix kernels, small enough to stay in the cache's reach.</summary>
    private const int PositionsAtOnce = 4096;

    /// <summary>The losses with each head of the model ablated in turn.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="kind">What takes the head's place.</param>
    /// <param name="reference">For <see cref="AblationKind.Mean"/>: the tokens to average over (default: <paramref name="tokens"/>). For
    /// <see cref="AblationKind.Resample"/>: as many tokens as <paramref name="tokens"/>, row by row.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <exception cref="ArgumentException">The reference is missing or has the wrong shape.</exception>
    public static AblatedLosses EachHead(
        IHookedModel model, Tokens tokens, AblationKind kind = AblationKind.Zero, Tokens? reference = null, CancellationToken cancellation = default)
    {
        CheckReference(model, tokens, kind, reference);
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = model.Config;
        Tensor[]? means = kind == AblationKind.Mean ? MeanOutputs(model, reference ?? tokens, cancellation) : null;
        Readout readout = new(model);
        Tensor clean = NewLosses(tokens);
        Tensor[] ablated = [.. HeadId.All(config).Select(_ => NewLosses(tokens))];
        foreach ((int first, Tokens rows) in Chunks(tokens))
        {
            CleanRun run = kind == AblationKind.PatternPreserving ? new(model, rows, "blocks.*.attn.hook_pattern") : new(model, rows);
            CleanRun? other = kind == AblationKind.Resample ? new(model, Rows(reference!, first, rows.Batch)) : null;
            Copy(readout.Losses(run.Final, rows), 0, clean, first, rows.Batch);
            int together = Math.Clamp(PositionsAtOnce / (rows.Batch * rows.Positions), 1, config.Heads);
            for (int l = 0; l < config.Layers; l++)
            {
                Replacement replacement = new(means?[l] ?? other?.Z(l));
                for (int h = 0; h < config.Heads; h += together)
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var scope = TensorScope.Begin();
                    Variant[] heads = [.. Enumerable.Range(h, Math.Min(together, config.Heads - h)).Select(head => new Variant((l, head), -1))];
                    Hooks? hooks = kind == AblationKind.PatternPreserving ? run.ForcedPatterns(l + 1, config.Layers, heads.Length) : null;
                    Tensor residual = run.Finish(run.WithHeadsReplaced(l, heads, replacement), l, hooks);
                    Tensor losses = readout.Losses(residual, rows);
                    for (int i = 0; i < heads.Length; i++) Copy(losses, i * rows.Batch, ablated[(l * config.Heads) + h + i], first, rows.Batch);
                }
            }
        }
        return new AblatedLosses(clean, ablated, config.Heads);
    }

    /// <summary>The losses [batch, position − 1] with a set of heads ablated together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="heads">The heads; none gives the plain losses.</param>
    /// <param name="kind">What takes the heads' place.</param>
    /// <param name="reference">As for <see cref="EachHead"/>.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <exception cref="ArgumentException">There is no such head, or the reference is missing or has the wrong shape.</exception>
    public static Tensor Losses(
        IHookedModel model, Tokens tokens, IReadOnlyCollection<HeadId> heads, AblationKind kind = AblationKind.Zero, Tokens? reference = null,
        CancellationToken cancellation = default)
    {
        CheckReference(model, tokens, kind, reference);
        ArgumentNullException.ThrowIfNull(heads);
        foreach (HeadId head in heads) head.Check(model.Config);
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = model.Config;
        Tensor[]? means = kind == AblationKind.Mean ? MeanOutputs(model, reference ?? tokens, cancellation) : null;
        Readout readout = new(model);
        Tensor losses = NewLosses(tokens);
        foreach ((int first, Tokens rows) in Chunks(tokens))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            Hooks hooks = HooksOf(model, rows, heads, kind, means, reference is null ? null : Rows(reference, first, rows.Batch));
            Tensor residual = model.RunBlocks(model.Embed(rows), 0, config.Layers, hooks);
            Copy(readout.Losses(residual, rows), 0, losses, first, rows.Batch);
        }
        return losses;
    }

    /// <summary>Hooks that ablate a set of heads in any run on <paramref name="tokens"/>: for metrics of your own.</summary>
    /// <example><code>double difference = Metrics.LogitDifference(answers, wrong).Of(model, tokens, Ablation.Hooks(model, tokens, [(9, 9)], AblationKind.Mean));</code></example>
    /// <inheritdoc cref="Losses"/>
    public static Hooks Hooks(
        IHookedModel model, Tokens tokens, IReadOnlyCollection<HeadId> heads, AblationKind kind = AblationKind.Zero, Tokens? reference = null,
        CancellationToken cancellation = default)
    {
        CheckReference(model, tokens, kind, reference);
        ArgumentNullException.ThrowIfNull(heads);
        foreach (HeadId head in heads) head.Check(model.Config);
        using var noGrad = Autograd.NoGrad();
        return HooksOf(model, tokens, heads, kind, kind == AblationKind.Mean ? MeanOutputs(model, reference ?? tokens, cancellation) : null, reference);
    }

    private static Hooks HooksOf(IHookedModel model, Tokens rows, IReadOnlyCollection<HeadId> heads, AblationKind kind, Tensor[]? means, Tokens? reference)
    {
        CleanRun? run = kind == AblationKind.PatternPreserving ? new(model, rows, "blocks.*.attn.hook_pattern") : null;
        CleanRun? other = kind == AblationKind.Resample ? new(model, reference!) : null;
        Hooks hooks = run is null ? new() : run.ForcedPatterns(0, model.Config.Layers, 1);
        foreach (IGrouping<int, HeadId> layer in heads.GroupBy(head => head.Layer))
        {
            int[] ablated = [.. layer.Select(head => head.Head).Distinct()];
            Replacement replacement = new(means?[layer.Key] ?? other?.Z(layer.Key));
            hooks.Add($"blocks.{layer.Key}.attn.hook_z", (z, _) => Replaced(z, ablated, replacement));
        }
        return hooks;
    }

    /// <summary>Each layer's mean head outputs z [head, d_head] over the batch and positions of <paramref name="tokens"/>.</summary>
    public static Tensor[] MeanOutputs(IHookedModel model, Tokens tokens, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = model.Config;
        double[][] sums = [.. Enumerable.Range(0, config.Layers).Select(_ => new double[config.Heads * config.DHead])];
        foreach ((_, Tokens rows) in Chunks(tokens))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            Hooks hooks = new();
            for (int l = 0; l < config.Layers; l++)
            {
                double[] sum = sums[l];
                hooks.Observe($"blocks.{l}.attn.hook_z", (z, _) =>
                {
                    ReadOnlySpan<float> values = z.Span;
                    for (int i = 0; i < values.Length; i++) sum[i % sum.Length] += values[i];
                });
            }
            model.RunBlocks(model.Embed(rows), 0, config.Layers, hooks);
        }
        double count = tokens.Ids.Length;
        return [.. sums.Select(sum => Tensor.From(Array.ConvertAll(sum, x => (float)(x / count)), config.Heads, config.DHead))];
    }

    private static Tensor Replaced(Tensor z, int[] heads, Replacement replacement)
    {
        Tensor edited = z.Clone();
        (int all, int width) = (z.Shape[2], z.Shape[3]);
        for (int row = 0; row < z.Length / (all * width); row++)
            foreach (int h in heads)
            {
                Span<float> output = edited.Span.Slice(((row * all) + h) * width, width);
                ReadOnlySpan<float> other = replacement.At(row, h, all, width);
                if (other.IsEmpty) output.Clear();
                else other.CopyTo(output);
            }
        return edited;
    }

    private static void CheckReference(IHookedModel model, Tokens tokens, AblationKind kind, Tokens? reference)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Positions < 2) throw new ArgumentException("Losses need sequences of 2 or more tokens.", nameof(tokens));
        if (kind != AblationKind.Resample) return;
        if (reference is null || reference.Batch != tokens.Batch || reference.Positions != tokens.Positions)
            throw new ArgumentException($"Resampling needs reference tokens of the same shape, [{tokens.Batch}, {tokens.Positions}].", nameof(reference));
    }

    private static Tensor NewLosses(Tokens tokens) => Tensor.Zeros(tokens.Batch, tokens.Positions - 1).Keep();

    private static IEnumerable<(int First, Tokens Rows)> Chunks(Tokens tokens)
    {
        int rows = Math.Max(1, PositionsAtOnce / tokens.Positions);
        for (int first = 0; first < tokens.Batch; first += rows) yield return (first, Rows(tokens, first, Math.Min(rows, tokens.Batch - first)));
    }

    private static Tokens Rows(Tokens tokens, int first, int count) =>
        new(tokens.Ids.Slice(first * tokens.Positions, count * tokens.Positions).ToArray(), count, tokens.Positions);

    private static void Copy(Tensor from, int fromRow, Tensor to, int toRow, int rows)
    {
        int width = to.Shape[1];
        from.Span.Slice(fromRow * width, rows * width).CopyTo(to.Span.Slice(toRow * width, rows * width));
    }
}
