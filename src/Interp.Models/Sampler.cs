namespace Interp;

/// <summary>How the next token is chosen from logits.</summary>
/// <remarks>The steps in order: divide by the temperature; leave only the <see cref="TopK"/> largest; of these the fewest whose probabilities reach <see cref="TopP"/>; draw.</remarks>
public sealed record Sampler
{
    /// <summary>Always the token with the largest logit (of equal ones the smallest id).</summary>
    public static Sampler Greedy { get; } = new() { Temperature = 0 };

    /// <summary>What logits are divided by; 0: greedy.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the most probable tokens are kept; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>The probability that the kept tokens must reach together, in (0, 1].</summary>
    public double TopP { get; init; } = 1;

    /// <summary>The same seed draws the same tokens; each row of a batch has its own stream.</summary>
    public ulong Seed { get; init; }

    /// <summary>A token drawn for <paramref name="logits"/> [V].</summary>
    /// <param name="logits">The logits of one position.</param>
    /// <param name="random">The row's random stream; greedy sampling leaves it alone.</param>
    /// <exception cref="ArgumentException">A field is out of its range, or no logit is finite.</exception>
    public int Next(ReadOnlySpan<float> logits, Rng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(Temperature >= 0) || TopK < 0 || !(TopP > 0 && TopP <= 1))
            throw new ArgumentException($"A sampler needs Temperature ≥ 0, TopK ≥ 0 and 0 < TopP ≤ 1, not {Temperature}, {TopK}, {TopP}.");
        int best = Largest(logits);
        if (Temperature == 0 || TopK == 1) return best;

        double[] weights = new double[logits.Length];
        for (int i = 0; i < weights.Length; i++) weights[i] = Math.Exp((logits[i] - logits[best]) / Temperature);
        return TopK == 0 && TopP == 1 ? Draw(weights, random) : DrawFromTop(weights, random);
    }

    private static int Largest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i])) throw new ArgumentException($"The logit of token {i} is not a number.", nameof(logits));
            if (logits[i] > logits[best]) best = i;
        }
        if (!float.IsFinite(logits[best])) throw new ArgumentException($"The largest logit is {logits[best]}: there is nothing to choose from.", nameof(logits));
        return best;
    }

    private int DrawFromTop(double[] weights, Rng random)
    {
        int[] order = [.. Enumerable.Range(0, weights.Length).OrderByDescending(i => weights[i])];
        int kept = TopK == 0 ? order.Length : Math.Min(TopK, order.Length);
        double all = order.Take(kept).Sum(i => weights[i]), reached = 0;
        for (int n = 0; n < kept; n++)
        {
            reached += weights[order[n]];
            if (reached >= TopP * all) kept = n + 1;
        }
        return order[Draw([.. order.Take(kept).Select(i => weights[i])], random)];
    }

    /// <summary>An index with probability in proportion to its weight.</summary>
    private static int Draw(double[] weights, Rng random)
    {
        double left = random.NextDouble() * weights.Sum();
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            last = i;
            left -= weights[i];
            if (left < 0) break;
        }
        return last;
    }
}
