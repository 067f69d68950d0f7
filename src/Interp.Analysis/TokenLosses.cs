namespace Interp;

/// <summary>Per-token-loss vectors: the loss at one random position of each evaluation example, the same positions for all snapshots and models (Olsson et al. 2022).</summary>
public static class TokenLosses
{
    /// <summary>One entry of the losses for each example, uniform, fixed by the seed.</summary>
    /// <param name="examples">The number of evaluation examples.</param>
    /// <param name="width">The number of losses an example: positions − 1.</param>
    /// <param name="seed">The same seed chooses the same entries.</param>
    public static int[] Choose(int examples, int width, ulong seed)
    {
        Rng random = new(seed);
        int[] chosen = new int[examples];
        for (int i = 0; i < examples; i++) chosen[i] = random.Next(width);
        return chosen;
    }

    /// <summary>The vector [batch] of the chosen losses.</summary>
    /// <param name="losses">[batch, position − 1]</param>
    /// <param name="chosen">[batch], from <see cref="Choose"/>.</param>
    /// <exception cref="ArgumentException">There is not one chosen entry a row, or one is outside.</exception>
    public static float[] Vector(Tensor losses, IReadOnlyList<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        (int batch, int width) = LossByIndex.Sizes(losses);
        if (chosen.Count != batch) throw new ArgumentException($"{chosen.Count} chosen positions for {batch} rows of losses.", nameof(chosen));
        float[] vector = new float[batch];
        for (int b = 0; b < batch; b++)
        {
            if ((uint)chosen[b] >= (uint)width) throw new ArgumentException($"Entry {chosen[b]} of row {b} is outside its {width} losses.", nameof(chosen));
            vector[b] = losses.Span[(b * width) + chosen[b]];
        }
        return vector;
    }
}
