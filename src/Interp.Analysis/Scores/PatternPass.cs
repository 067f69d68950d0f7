namespace Interp.Scores;

/// <summary>One pass over a batch that computes attention patterns, scores each layer's as it comes, and keeps none.</summary>
internal sealed class PatternPass(IHookedModel model, Tokens tokens, CancellationToken cancellation)
{
    /// <summary>Rows × positions in one run: enough to fill the matrix kernels, few enough that the patterns of a layer stay small.</summary>
    private const int PositionsAtOnce = 1024;

    private readonly List<(Func<Tensor, Tokens, float[][]> Score, Means[] Means)> _scores = [];

    /// <summary>Adds a score of a layer's pattern and its tokens, one number a head; <see cref="Run"/> fills the result [layer · head].</summary>
    public float[] Add(Func<Tensor, Tokens, float[]> score) => Add(1, (pattern, rows) => [score(pattern, rows)])[0];

    /// <summary>Adds a score of a layer's pattern alone.</summary>
    public float[] Add(Func<Tensor, float[]> score) => Add((pattern, _) => score(pattern));

    /// <summary>Adds several scores that are computed together: [score][layer · head].</summary>
    public float[][] Add(int count, Func<Tensor, Tokens, float[][]> scores)
    {
        Means[] means = [.. Enumerable.Range(0, count).Select(_ => new Means(model.Config.Layers * model.Config.Heads))];
        _scores.Add((scores, means));
        return [.. means.Select(one => one.Values)];
    }

    /// <summary>Runs the model and fills the results: means over the rows where a score is defined, NaN where it is in none.</summary>
    public void Run()
    {
        using var noGrad = Autograd.NoGrad();
        int together = Math.Max(1, PositionsAtOnce / tokens.Positions);
        for (int first = 0; first < tokens.Batch; first += together)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            Tokens rows = Rows(first, Math.Min(together, tokens.Batch - first));
            Hooks hooks = new();
            for (int l = 0; l < model.Config.Layers; l++)
            {
                int layer = l;
                hooks.Observe($"blocks.{l}.attn.hook_pattern", (pattern, _) => Accumulate(pattern, rows, layer));
            }
            model.RunBlocks(model.Embed(rows), 0, model.Config.Layers, hooks);
        }
        foreach (Means means in _scores.SelectMany(score => score.Means)) means.Finish();
    }

    private Tokens Rows(int first, int count) =>
        new(tokens.Ids.Slice(first * tokens.Positions, count * tokens.Positions).ToArray(), count, tokens.Positions);

    private void Accumulate(Tensor pattern, Tokens rows, int layer)
    {
        foreach ((Func<Tensor, Tokens, float[][]> score, Means[] means) in _scores)
        {
            float[][] values = score(pattern, rows);
            for (int i = 0; i < means.Length; i++) means[i].Add(values[i], layer * model.Config.Heads, rows.Batch);
        }
    }

    /// <summary>Running means of one score over rows, a number a head.</summary>
    private sealed class Means(int heads)
    {
        private readonly double[] _sums = new double[heads];
        private readonly int[] _counts = new int[heads];

        public float[] Values { get; } = new float[heads];

        public void Add(float[] values, int firstHead, int rows)
        {
            for (int h = 0; h < values.Length; h++)
            {
                if (float.IsNaN(values[h])) continue;
                _sums[firstHead + h] += (double)values[h] * rows;
                _counts[firstHead + h] += rows;
            }
        }

        public void Finish()
        {
            for (int i = 0; i < Values.Length; i++) Values[i] = _counts[i] == 0 ? float.NaN : (float)(_sums[i] / _counts[i]);
        }
    }
}
