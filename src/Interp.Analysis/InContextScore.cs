namespace Interp;

/// <summary>The in-context learning score: mean loss at late positions minus mean loss at early ones, in nats. Negative means learning in context.</summary>
/// <remarks>
/// Olsson et al. 2022: index 500 minus 50 of 512 over 10,000 examples; shorter sequences use <see cref="InContextIndices.For"/>.
/// <code>double score = InContextScore.Of(model.Losses(tokens));</code>
/// </remarks>
public static class InContextScore
{
    /// <summary>The score over all rows.</summary>
    /// <param name="losses">[batch, position − 1]: entry p is the loss of predicting token p + 1.</param>
    /// <param name="indices">Which positions; null takes those of the length.</param>
    /// <exception cref="ArgumentException">The losses are not [batch, position − 1], or do not reach the indices.</exception>
    public static double Of(Tensor losses, InContextIndices? indices = null) => PerExample(losses, indices).Average();

    /// <summary>The score of each row [batch].</summary>
    /// <inheritdoc cref="Of"/>
    public static double[] PerExample(Tensor losses, InContextIndices? indices = null)
    {
        (int batch, int width) = LossByIndex.Sizes(losses);
        indices ??= InContextIndices.For(width + 1);
        if (indices.EarlyFirst < 1 || indices.LateLast > width || indices.EarlyLast < indices.EarlyFirst || indices.LateLast < indices.LateFirst)
            throw new ArgumentException($"Losses of {width + 1} positions do not have {indices}.", nameof(indices));
        double[] scores = new double[batch];
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<float> row = losses.Span.Slice(b * width, width);
            scores[b] = Mean(row, indices.LateFirst, indices.LateLast) - Mean(row, indices.EarlyFirst, indices.EarlyLast);
        }
        return scores;
    }

    private static double Mean(ReadOnlySpan<float> row, int first, int last)
    {
        double sum = 0;
        for (int position = first; position <= last; position++) sum += row[position - 1];
        return sum / (last - first + 1);
    }
}
