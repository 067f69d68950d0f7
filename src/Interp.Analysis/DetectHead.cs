namespace Interp;

/// <summary>TransformerLens's <c>detect_head</c> measures, under their own names, so that its users can compare. They are not the paper's head scores: see <see cref="HeadScores"/>.</summary>
public static class DetectHead
{
    /// <summary>'mul': Σ pattern·D / Σ pattern, with the excluded entries of the pattern set to 0 first, in the denominator too. [layer, head]</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">One sequence.</param>
    /// <param name="target">D.</param>
    /// <param name="excludeBos">Leaves the attention to position 0 out.</param>
    /// <param name="excludeCurrent">Leaves the attention of each position to itself out.</param>
    public static float[,] Multiplied(IHookedModel model, Tokens tokens, DetectHeadPattern target, bool excludeBos = false, bool excludeCurrent = false) =>
        Measure(model, tokens, target, (pattern, wanted, positions) =>
        {
            double product = 0, total = 0;
            for (int q = 0; q < positions; q++)
                for (int k = 0; k < positions; k++)
                {
                    if ((excludeBos && k == 0) || (excludeCurrent && k == q)) continue;
                    total += pattern[(q * positions) + k];
                    if (wanted[q, k]) product += pattern[(q * positions) + k];
                }
            return product / total;
        });

    /// <summary>'abs': 1 − round(mean |pattern − D| · positions, 3 decimals), with the excluded entries of the difference set to 0. [layer, head]</summary>
    /// <inheritdoc cref="Multiplied"/>
    public static float[,] AbsoluteDifference(IHookedModel model, Tokens tokens, DetectHeadPattern target, bool excludeBos = false, bool excludeCurrent = false) =>
        Measure(model, tokens, target, (pattern, wanted, positions) =>
        {
            double difference = 0;
            for (int q = 0; q < positions; q++)
                for (int k = 0; k < positions; k++)
                    if (!((excludeBos && k == 0) || (excludeCurrent && k == q)))
                        difference += Math.Abs(pattern[(q * positions) + k] - (wanted[q, k] ? 1 : 0));
            return 1 - Math.Round(difference / positions, 3);
        });

    private delegate double Compare(ReadOnlySpan<float> pattern, bool[,] wanted, int positions);

    private static float[,] Measure(IHookedModel model, Tokens tokens, DetectHeadPattern target, Compare compare)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Batch != 1) throw new ArgumentException($"These measures speak of one sequence; there are {tokens.Batch}.", nameof(tokens));
        using var noGrad = Autograd.NoGrad();
        bool[,] wanted = Target(target, tokens);
        int positions = tokens.Positions;
        float[,] scores = new float[model.Config.Layers, model.Config.Heads];
        Hooks hooks = new();
        for (int l = 0; l < model.Config.Layers; l++)
        {
            int layer = l;
            hooks.Observe($"blocks.{l}.attn.hook_pattern", (pattern, _) =>
            {
                for (int h = 0; h < model.Config.Heads; h++)
                    scores[layer, h] = (float)compare(pattern.Span.Slice(h * positions * positions, positions * positions), wanted, positions);
            });
        }
        using var scope = TensorScope.Begin();
        model.RunBlocks(model.Embed(tokens), 0, model.Config.Layers, hooks);
        return scores;
    }

    private static bool[,] Target(DetectHeadPattern target, Tokens tokens)
    {
        int positions = tokens.Positions;
        bool[,] wanted = new bool[positions, positions];
        for (int q = 0; q < positions; q++)
            for (int k = 0; k <= q; k++)
            {
                wanted[q, k] = target switch
                {
                    DetectHeadPattern.PreviousToken => k == q - 1,
                    DetectHeadPattern.DuplicateToken => k < q && tokens[0, k] == tokens[0, q],
                    _ => k >= 1 && k - 1 < q && tokens[0, k - 1] == tokens[0, q],
                };
            }
        return wanted;
    }
}
