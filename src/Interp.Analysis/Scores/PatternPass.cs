using Interp.Kernels;

namespace Interp.Scores;

/// <summary>One pass over a batch that computes attention patterns, has a runner score each layer's as it comes, and keeps none.</summary>
internal sealed class PatternPass(IHookedModel model, Tokens tokens, IScoreRunner runner, CancellationToken cancellation)
{
    /// <summary>Rows × positions in one run: enough to fill the matrix kernels, few enough that the patterns of a layer stay small.</summary>
    private const int PositionsAtOnce = 1024;

    private readonly List<Action<IScorePass>> _scores = [];
    private readonly List<Means> _means = [];

    /// <summary>Adds a score; <see cref="Run"/> fills the result [layer · head].</summary>
    public float[] Add<TScore>(TScore score)
        where TScore : unmanaged, IQueryScore
    {
        _scores.Add(pass => pass.Add(score));
        return NewResult();
    }

    /// <summary>Adds the attention at every offset of a range: [offset][layer · head].</summary>
    public float[][] AddOffsets(int first, int last)
    {
        _scores.Add(pass => pass.AddOffsets(first, last));
        return [.. Enumerable.Range(first, last - first + 1).Select(_ => NewResult())];
    }

    /// <summary>Runs the model and fills the results: means over the rows where a score is defined, NaN where it is in none.</summary>
    public void Run()
    {
        using var noGrad = Autograd.NoGrad();
        int together = Math.Max(1, PositionsAtOnce / tokens.Positions);
        // Results are asked for last, so that a device scores patterns while the model computes the next.
        List<(IScorePass Pass, int Rows)> passes = [];
        for (int first = 0; first < tokens.Batch; first += together)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Begin();
            Tokens rows = Rows(first, Math.Min(together, tokens.Batch - first));
            IScorePass pass = runner.Begin(rows, model.Config.Layers);
            foreach (Action<IScorePass> add in _scores) add(pass);
            Hooks hooks = new();
            for (int l = 0; l < model.Config.Layers; l++) hooks.Observe($"blocks.{l}.attn.hook_pattern", (pattern, _) => pass.Score(pattern));
            model.RunBlocks(model.Embed(rows), 0, model.Config.Layers, hooks);
            passes.Add((pass, rows.Batch));
        }
        foreach ((IScorePass pass, int rows) in passes) Accumulate(pass.Finish(), rows);
        foreach (Means means in _means) means.Finish();
    }

    private Tokens Rows(int first, int count) =>
        new(tokens.Ids.Slice(first * tokens.Positions, count * tokens.Positions).ToArray(), count, tokens.Positions);

    private float[] NewResult()
    {
        Means means = new(model.Config.Layers * model.Config.Heads);
        _means.Add(means);
        return means.Values;
    }

    /// <summary>Adds the results [layer][score][head] of some rows.</summary>
    private void Accumulate(float[][][] results, int rows)
    {
        for (int l = 0; l < results.Length; l++)
            for (int i = 0; i < _means.Count; i++) _means[i].Add(results[l][i], l * model.Config.Heads, rows);
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
