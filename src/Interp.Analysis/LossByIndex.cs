namespace Interp;

/// <summary>L(i): the mean loss at each position, in nats; a row of the loss-by-index heatmap.</summary>
public static class LossByIndex
{
    /// <summary>The mean over the batch: entry p is the loss of predicting position p + 1.</summary>
    /// <param name="losses">[batch, position − 1]</param>
    /// <exception cref="ArgumentException">The losses are not [batch, position − 1].</exception>
    public static float[] Of(Tensor losses)
    {
        (int batch, int width) = Sizes(losses);
        double[] sums = new double[width];
        ReadOnlySpan<float> values = losses.Span;
        for (int i = 0; i < values.Length; i++) sums[i % width] += values[i];
        return Array.ConvertAll(sums, sum => (float)(sum / batch));
    }

    internal static (int Batch, int Width) Sizes(Tensor losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Rank != 2 || losses.Length == 0)
            throw new ArgumentException($"Losses have the axes [batch, position − 1]; this tensor has {losses.Rank} axes and {losses.Length} elements.", nameof(losses));
        return (losses.Shape[0], losses.Shape[1]);
    }
}
