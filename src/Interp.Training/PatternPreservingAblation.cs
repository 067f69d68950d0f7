namespace Interp;

/// <summary>Ablates heads of one model on fixed rows with all attention patterns kept as they were without ablation ([O]'s ablation), reusing what does not change.</summary>
internal sealed class PatternPreservingAblation
{
    private readonly IHookedModel _model;
    private readonly Tokens _rows;
    private readonly ActivationCache _cache;
    private readonly int[] _targets;

    /// <summary>Runs the model once and keeps its patterns and the residual stream at each layer.</summary>
    public PatternPreservingAblation(IHookedModel model, Tokens rows)
    {
        (_model, _rows) = (model, rows);
        _cache = model.RunWithCache(rows, ["blocks.*.attn.hook_pattern", "blocks.*.hook_resid_pre"]).Cache;
        _targets = new int[rows.Ids.Length];
        for (int b = 0; b < rows.Batch; b++)
        {
            rows.Row(b)[1..].CopyTo(_targets.AsSpan(b * rows.Positions));
            _targets[((b + 1) * rows.Positions) - 1] = -1;
        }
    }

    /// <summary>The losses [batch, position − 1] with the results of <paramref name="heads"/> zero and every pattern as it was.</summary>
    public Tensor Losses(params IReadOnlyList<HeadId> heads)
    {
        int first = heads.Count == 0 ? _model.Config.Layers - 1 : heads.Min(h => h.Layer);
        Hooks hooks = new();
        for (int l = first; l < _model.Config.Layers; l++)
        {
            Tensor pattern = _cache.Pattern(l);
            hooks.Add($"blocks.{l}.attn.hook_pattern", (_, _) => pattern);
            int[] zeroed = [.. heads.Where(h => h.Layer == l).Select(h => h.Head)];
            if (zeroed.Length > 0) hooks.Add($"blocks.{l}.attn.hook_z", (z, _) => WithoutHeads(z, zeroed));
        }
        Tensor residual = _model.RunBlocks(_cache[$"blocks.{first}.hook_resid_pre"], first, _model.Config.Layers, hooks);
        Tensor losses = Ops.CrossEntropy(_model.Unembed(residual), _targets).Reshape(_rows.Batch, _rows.Positions);
        return Ops.Slice(losses, axis: 1, start: 0, length: _rows.Positions - 1);
    }

    private static Tensor WithoutHeads(Tensor z, int[] heads)
    {
        Tensor copy = z.Clone();
        (int count, int width) = (z.Shape[2], z.Shape[3]);
        Span<float> values = copy.Span;
        for (int start = 0; start < values.Length; start += count * width)
            foreach (int head in heads) values.Slice(start + (head * width), width).Clear();
        return copy;
    }
}
