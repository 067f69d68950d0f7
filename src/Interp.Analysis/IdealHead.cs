namespace Interp;

/// <summary>Ideal-head substitution: how much of what a set of heads does is done by heads of a perfect pattern in their place?</summary>
/// <param name="Normal">The mean metric of the model as it is.</param>
/// <param name="Ablated">With the heads' results zeroed.</param>
/// <param name="Ideal">With the heads' patterns forced to the ideal one; their values and outputs are their own.</param>
public sealed record IdealHead(double Normal, double Ablated, double Ideal)
{
    /// <summary>(ablated − ideal) / (ablated − normal): 1 where the ideal pattern does all that the heads do.</summary>
    public double Recovered => (Ablated - Ideal) / (Ablated - Normal);

    /// <summary>Substitutes an ideal pattern for some heads and measures the loss (or another metric of losses or logits).</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="heads">The heads.</param>
    /// <param name="pattern">[batch, query, key], such as <see cref="PreviousTokenPattern"/>.</param>
    /// <param name="metric">The mean loss by default.</param>
    public static IdealHead Substitute(IHookedModel model, Tokens tokens, IReadOnlyCollection<HeadId> heads, Tensor pattern, Metric? metric = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(pattern);
        if (!pattern.Shape.SequenceEqual([tokens.Batch, tokens.Positions, tokens.Positions]))
            throw new ArgumentException($"The pattern is [{string.Join(", ", pattern.Shape.ToArray())}]; the tokens need [{tokens.Batch}, {tokens.Positions}, {tokens.Positions}].", nameof(pattern));
        metric ??= Metrics.Loss;
        Hooks hooks = new();
        foreach (IGrouping<int, HeadId> layer in heads.GroupBy(head => head.Layer))
        {
            int[] forced = [.. layer.Select(head => head.Head)];
            hooks.Add($"blocks.{layer.Key}.attn.hook_pattern", (own, _) =>
            {
                Tensor edited = own.Clone();
                int size = tokens.Positions * tokens.Positions;
                for (int b = 0; b < tokens.Batch; b++)
                    foreach (int h in forced) pattern.Span.Slice(b * size, size).CopyTo(edited.Span[(((b * own.Shape[1]) + h) * size)..]);
                return edited;
            });
        }
        return new(metric.Of(model, tokens), metric.Of(model, tokens, Ablation.Hooks(model, tokens, heads)), metric.Of(model, tokens, hooks));
    }

    /// <summary>Every query attends to the position before it (the first to itself): [batch, query, key].</summary>
    public static Tensor PreviousTokenPattern(Tokens tokens) => Pattern(tokens, (_, q) => [Math.Max(0, q - 1)]);

    /// <summary>Every query attends alike to all positions that follow earlier occurrences of its token; to position 0 where there is none: [batch, query, key].</summary>
    public static Tensor InductionPattern(Tokens tokens) => Pattern(tokens, (b, q) =>
    {
        int[] targets = [.. Enumerable.Range(0, Math.Max(0, q - 1)).Where(k => tokens[b, k] == tokens[b, q]).Select(k => k + 1)];
        return targets.Length == 0 ? [0] : targets;
    });

    private static Tensor Pattern(Tokens tokens, Func<int, int, int[]> targets)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Tensor pattern = Tensor.Zeros(tokens.Batch, tokens.Positions, tokens.Positions);
        for (int b = 0; b < tokens.Batch; b++)
            for (int q = 0; q < tokens.Positions; q++)
            {
                int[] keys = targets(b, q);
                foreach (int k in keys) pattern[b, q, k] = 1f / keys.Length;
            }
        return pattern;
    }
}
