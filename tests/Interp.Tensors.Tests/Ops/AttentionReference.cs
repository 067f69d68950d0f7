namespace Interp.Tensors.Tests.Ops;

/// <summary>Attention in double, written as its definition.</summary>
internal static class AttentionReference
{
    /// <summary>scale·q·k [b, h, q, k], −∞ above the diagonal.</summary>
    public static double[] Scores(double[] q, double[] k, int batch, int queries, int keys, int heads, int kvHeads, int width, double scale)
    {
        var scores = new double[batch * heads * queries * keys];
        int at = 0;
        for (int b = 0; b < batch; b++)
            for (int h = 0; h < heads; h++)
                for (int i = 0; i < queries; i++)
                    for (int j = 0; j < keys; j++)
                    {
                        double sum = 0;
                        for (int x = 0; x < width; x++)
                            sum += q[(((b * queries) + i) * heads + h) * width + x] * k[(((b * keys) + j) * kvHeads + (h / (heads / kvHeads))) * width + x];
                        scores[at++] = j <= i + keys - queries ? scale * sum : double.NegativeInfinity;
                    }
        return scores;
    }

    /// <summary>Softmax of each row of <paramref name="size"/>.</summary>
    public static double[] Softmax(double[] x, int size) =>
        [.. x.Chunk(size).SelectMany(row =>
        {
            double max = row.Max();
            double[] e = [.. row.Select(v => Math.Exp(v - max))];
            double sum = e.Sum();
            return e.Select(v => v / sum);
        })];

    public static double[] Pattern(double[] q, double[] k, int batch, int queries, int keys, int heads, int kvHeads, int width, double scale) =>
        Softmax(Scores(q, k, batch, queries, keys, heads, kvHeads, width, scale), keys);

    /// <summary>z [b, q, h, e] = Σ_k pattern [b, h, q, k]·v [b, k, kvHeads, e].</summary>
    public static double[] WeightedValues(double[] pattern, double[] v, int batch, int queries, int keys, int heads, int kvHeads, int width)
    {
        var z = new double[batch * queries * heads * width];
        for (int b = 0; b < batch; b++)
            for (int h = 0; h < heads; h++)
                for (int i = 0; i < queries; i++)
                    for (int x = 0; x < width; x++)
                    {
                        double sum = 0;
                        for (int j = 0; j < keys; j++)
                            sum += pattern[(((b * heads) + h) * queries + i) * keys + j] * v[(((b * keys) + j) * kvHeads + (h / (heads / kvHeads))) * width + x];
                        z[(((b * queries) + i) * heads + h) * width + x] = sum;
                    }
        return z;
    }
}
