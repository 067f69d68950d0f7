namespace Interp.Scores;

/// <summary>One pass over a batch that computes attention patterns, scores each layer's as it comes, and keeps none.</summary>
internal sealed class PatternPass(IHookedModel model, Tokens tokens, CancellationToken cancellation)
{
    /// <summary>Sequences in one run: enough to fill the matrix kernels, few enough that the patterns of a layer stay small.</summary>
    private const int RowsAtOnce = 4;

    private readonly List<(Func<Tensor, Tokens, float[]> Score, double[] Sums, int[] Counts, float[] Means)> _scores = [];

    /// <summary>Adds a score of a layer's pattern and its tokens, one number a head; <see cref="Run"/> fills the result [layer · head].</summary>
    public float[] Add(Func<Tensor, Tokens, float[]> score)
    {
        int heads = model.Config.Layers * model.Config.Heads;
        float[] means = new float[heads];
        _scores.Add((score, new double[heads], new int[heads], means));
        return means;
    }

    /// <summary>Adds a score of a layer's pattern alone.</summary>
    public float[] Add(Func<Tensor, float[]> score) => Add((pattern, _) => score(pattern));

    /// <summary>Runs the model and fills the results: means over the rows where a score is defined, NaN where it is in none.</summary>
    public void Run()
    {
        using var noGrad = Autograd.NoGrad();
        for (int first = 0; first < tokens.Batch; first += RowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            Tokens rows = Rows(first, Math.Min(RowsAtOnce, tokens.Batch - first));
            Hooks hooks = new();
            for (int l = 0; l < model.Config.Layers; l++)
            {
                int layer = l;
                hooks.Observe($"blocks.{l}.attn.hook_pattern", (pattern, _) => Accumulate(pattern, rows, layer));
            }
            model.RunBlocks(model.Embed(rows), 0, model.Config.Layers, hooks);
        }
        foreach ((_, double[] sums, int[] counts, float[] means) in _scores)
            for (int i = 0; i < means.Length; i++)
                means[i] = counts[i] == 0 ? float.NaN : (float)(sums[i] / counts[i]);
    }

    private Tokens Rows(int first, int count) =>
        new(tokens.Ids.Slice(first * tokens.Positions, count * tokens.Positions).ToArray(), count, tokens.Positions);

    private void Accumulate(Tensor pattern, Tokens rows, int layer)
    {
        int heads = model.Config.Heads;
        foreach ((Func<Tensor, Tokens, float[]> score, double[] sums, int[] counts, _) in _scores)
        {
            float[] values = score(pattern, rows);
            for (int h = 0; h < heads; h++)
            {
                if (float.IsNaN(values[h])) continue;
                sums[(layer * heads) + h] += (double)values[h] * rows.Batch;
                counts[(layer * heads) + h] += rows.Batch;
            }
        }
    }
}
