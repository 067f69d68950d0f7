namespace Interp;

/// <summary>
/// The window of training in which a model learns to learn in context: the smallest one that holds 80 % of the largest drop of the smoothed
/// in-context score.
/// </summary>
/// <remarks>
/// Olsson et al. (2022) show such windows but give no rule; this is ours. With s the score at each snapshot, smoothed with the weights
/// 1 2 3 2 1 over five neighbouring snapshots (fewer at the ends), the largest drop is D = max over i &lt; j of s_i − s_j, and the window is the
/// pair of snapshots with s_i − s_j ≥ 0.8·D that is shortest in tokens (of equal ones the one with the larger drop, then the earlier).
/// There is <em>none</em> when D is less than <see cref="PhaseChangeCriterion.MinimumDrop"/> or than
/// <see cref="PhaseChangeCriterion.NoiseFactor"/> times the noise, or when the window is longer than
/// <see cref="PhaseChangeCriterion.MaximumShare"/> of the run: a slow drift is not a change.
/// </remarks>
/// <param name="StartIndex">The snapshot where the window starts.</param>
/// <param name="EndIndex">The snapshot where it ends.</param>
/// <param name="StartTokens">Training tokens at the start.</param>
/// <param name="EndTokens">Training tokens at the end.</param>
/// <param name="LargestDrop">D, in nats, of the smoothed score over the whole run.</param>
/// <param name="WindowDrop">The smoothed score's drop inside the window, in nats.</param>
public sealed record PhaseChange(int StartIndex, int EndIndex, long StartTokens, long EndTokens, double LargestDrop, double WindowDrop)
{
    private static readonly double[] SmoothingWeights = [1, 2, 3, 2, 1];

    /// <summary>The phase change of a run, or null where there is none.</summary>
    /// <param name="tokens">Training tokens at each snapshot, rising.</param>
    /// <param name="scores">The in-context score at each snapshot, in nats; more negative is more learning in context.</param>
    /// <param name="criterion">What counts; null takes the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, the tokens do not rise, or a score is not finite.</exception>
    public static PhaseChange? Find(ReadOnlySpan<long> tokens, ReadOnlySpan<double> scores, PhaseChangeCriterion? criterion = null)
    {
        criterion ??= new();
        Check(tokens, scores);
        if (scores.Length < 3) return null;

        double[] smoothed = Smooth(scores);
        double largest = LargestDropOf(smoothed);
        if (largest < criterion.MinimumDrop || largest < criterion.NoiseFactor * Noise(scores)) return null;

        double needed = criterion.Fraction * largest;
        PhaseChange? best = null;
        for (int start = 0; start < smoothed.Length; start++)
        {
            // The first end that reaches the drop is the nearest one, for this start.
            for (int end = start + 1; end < smoothed.Length; end++)
            {
                double drop = smoothed[start] - smoothed[end];
                if (drop < needed) continue;
                long length = tokens[end] - tokens[start];
                if (best is null || length < best.Length || (length == best.Length && drop > best.WindowDrop))
                    best = new PhaseChange(start, end, tokens[start], tokens[end], largest, drop);
                break;
            }
        }
        return best is not null && best.Length <= criterion.MaximumShare * (tokens[^1] - tokens[0])
            ? best with { HalfwayTokens = Halfway(tokens, smoothed, best) }
            : null;
    }

    /// <summary>The phase change of a run, or null where there is none.</summary>
    /// <param name="snapshots">The measurements over training.</param>
    /// <param name="criterion">What counts; null takes the defaults.</param>
    public static PhaseChange? Find(IReadOnlyList<Snapshot> snapshots, PhaseChangeCriterion? criterion = null)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return Find([.. snapshots.Select(s => s.Tokens)], [.. snapshots.Select(s => s.InContextScore)], criterion);
    }

    /// <summary>
    /// When the change happens: the training tokens at which half of the window's drop is behind, between snapshots by a straight line. A window
    /// may hold a slow stretch before or after the steep one; this point lies on the steep one.
    /// </summary>
    public long HalfwayTokens { get; init; }

    /// <summary>The window's length in training tokens.</summary>
    public long Length => EndTokens - StartTokens;

    /// <summary>The scores smoothed as the search for the window smooths them: weights 1 2 3 2 1 over neighbouring snapshots.</summary>
    public static double[] Smooth(ReadOnlySpan<double> scores)
    {
        var smoothed = new double[scores.Length];
        int reach = SmoothingWeights.Length / 2;
        for (int i = 0; i < scores.Length; i++)
        {
            double sum = 0, weight = 0;
            for (int j = Math.Max(0, i - reach); j <= Math.Min(scores.Length - 1, i + reach); j++)
            {
                double w = SmoothingWeights[j - i + reach];
                sum += w * scores[j];
                weight += w;
            }
            smoothed[i] = sum / weight;
        }
        return smoothed;
    }

    private static long Halfway(ReadOnlySpan<long> tokens, ReadOnlySpan<double> smoothed, PhaseChange window)
    {
        double half = smoothed[window.StartIndex] - (window.WindowDrop / 2);
        int after = window.StartIndex + 1;
        while (smoothed[after] > half) after++;
        double share = (smoothed[after - 1] - half) / (smoothed[after - 1] - smoothed[after]);
        return tokens[after - 1] + (long)(share * (tokens[after] - tokens[after - 1]));
    }

    private static double LargestDropOf(ReadOnlySpan<double> values)
    {
        double highest = double.NegativeInfinity, largest = 0;
        foreach (double value in values)
        {
            highest = Math.Max(highest, value);
            largest = Math.Max(largest, highest - value);
        }
        return largest;
    }

    /// <summary>The standard deviation of one snapshot's score about a smooth curve: second differences of independent noise have 6 times its variance.</summary>
    private static double Noise(ReadOnlySpan<double> scores)
    {
        var differences = new double[scores.Length - 2];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = Math.Abs(scores[i] - (2 * scores[i + 1]) + scores[i + 2]);
        Array.Sort(differences);
        double median = (differences[(differences.Length - 1) / 2] + differences[differences.Length / 2]) / 2;
        return 1.4826 * median / Math.Sqrt(6);
    }

    private static void Check(ReadOnlySpan<long> tokens, ReadOnlySpan<double> scores)
    {
        if (tokens.Length != scores.Length)
            throw new ArgumentException($"There are {tokens.Length} token counts for {scores.Length} scores; each snapshot has one of both.");
        for (int i = 0; i < tokens.Length; i++)
        {
            if (i > 0 && tokens[i] <= tokens[i - 1])
                throw new ArgumentException($"Snapshots must be in the order of training: snapshot {i} is at {tokens[i]} tokens, the one before at {tokens[i - 1]}.");
            if (!double.IsFinite(scores[i]))
                throw new ArgumentException($"The score of snapshot {i} is {scores[i]}; a phase change needs finite scores.");
        }
    }
}
