namespace Interp;

/// <summary>∂L/∂ln(i): how fast the loss falls with the position's logarithm; a row of the loss-derivative heatmap (Olsson et al. 2022).</summary>
public static class LossDerivative
{
    /// <summary>The slope at each position: least squares of L against ln(i) over the positions within a factor of <paramref name="window"/>, and at least the two neighbours.</summary>
    /// <param name="lossByIndex">Entry p is the mean loss of predicting position i = p + 1, as <see cref="LossByIndex.Of"/> gives it.</param>
    /// <param name="window">The half width of the window as a factor; larger is smoother.</param>
    /// <returns>Nats per unit of ln(i), one a position; negative where later positions are predicted better.</returns>
    /// <exception cref="ArgumentException">Fewer than 2 positions, or a window below 1.</exception>
    public static float[] Of(ReadOnlySpan<float> lossByIndex, double window = 1.25)
    {
        if (lossByIndex.Length < 2) throw new ArgumentException("A derivative needs the losses of 2 or more positions.", nameof(lossByIndex));
        if (!(window >= 1)) throw new ArgumentException($"The window is a factor of 1 or more, not {window}.", nameof(window));
        float[] slopes = new float[lossByIndex.Length];
        for (int p = 0; p < slopes.Length; p++)
        {
            int position = p + 1;
            int first = Math.Max(1, Math.Min(position - 1, (int)Math.Ceiling(position / window)));
            int last = Math.Min(slopes.Length, Math.Max(position + 1, (int)Math.Floor(position * window)));
            slopes[p] = (float)Slope(lossByIndex, first, last);
        }
        return slopes;
    }

    private static double Slope(ReadOnlySpan<float> losses, int first, int last)
    {
        int count = last - first + 1;
        double meanX = 0, meanY = 0, xy = 0, xx = 0;
        for (int i = first; i <= last; i++)
        {
            meanX += Math.Log(i) / count;
            meanY += losses[i - 1] / (double)count;
        }
        for (int i = first; i <= last; i++)
        {
            double x = Math.Log(i) - meanX;
            xy += x * (losses[i - 1] - meanY);
            xx += x * x;
        }
        return xy / xx;
    }
}
