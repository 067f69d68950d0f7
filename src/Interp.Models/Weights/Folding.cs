namespace Interp.Weights;

/// <summary>The steps of <see cref="WeightProcessing"/> on copies of a model's weights; sums are in float64.</summary>
internal sealed class Folding
{
    private readonly Dictionary<string, Tensor> _weights;
    private readonly string _grouped;
    private TransformerConfig _config;

    public Folding(HookedTransformer model)
    {
        // Folding gives biases where there were none, and unties the embeddings.
        _config = model.Config with { QkvBias = true, AttentionOutputBias = true, MlpBias = true, UnembedBias = true, TiedEmbeddings = false };
        _weights = ParameterShape.Of(_config).ToDictionary(p => p.Name, p => model.Parameters[p.Name].Detach().Clone().Keep());
        _grouped = _config.GroupedQueries ? "_" : "";
    }

    public HookedTransformer ToModel()
    {
        HashSet<string> needed = [.. ParameterShape.Of(_config).Select(p => p.Name)];
        return new HookedTransformer(_config, _weights.Where(w => needed.Contains(w.Key)).ToDictionary());
    }

    public void FoldNorms()
    {
        if (_config.Norm is not (NormKind.LayerNorm or NormKind.Rms)) return;
        if (_config.Positions == PositionKind.Shortformer)
            throw new NotSupportedException("Shortformer positions are added after the norm, so its gain cannot be folded into W_Q and W_K. Set FoldNorms = false.");
        for (int l = 0; l < _config.Layers; l++)
        {
            string attention = $"blocks.{l}.attn.", mlp = $"blocks.{l}.mlp.";
            FoldInto($"blocks.{l}.ln1.", attention + "W_Q", attention + "b_Q");
            FoldInto($"blocks.{l}.ln1.", $"{attention}{_grouped}W_K", $"{attention}{_grouped}b_K");
            FoldInto($"blocks.{l}.ln1.", $"{attention}{_grouped}W_V", $"{attention}{_grouped}b_V");
            if (_config.AttentionOnly) continue;
            if (_config.GatedMlp && _weights.TryGetValue($"blocks.{l}.ln2.b", out Tensor? bias) && bias.Span.ContainsAnyExcept(0f))
                throw new NotSupportedException($"blocks.{l}.ln2.b cannot be folded: a gated MLP has no bias before its nonlinearity. Set FoldNorms = false.");
            FoldInto($"blocks.{l}.ln2.", mlp + "W_in", mlp + "b_in");
            if (_config.GatedMlp) FoldInto($"blocks.{l}.ln2.", mlp + "W_gate", null);
        }
        FoldInto("ln_final.", "unembed.W_U", "unembed.b_U");
        _config = _config with { Norm = _config.Norm == NormKind.LayerNorm ? NormKind.LayerNormPre : NormKind.RmsPre };
    }

    public void CentreWritingWeights()
    {
        if (_config.Norm is not (NormKind.LayerNorm or NormKind.LayerNormPre)) return;
        CentreRows("embed.W_E");
        // Shortformer positions are never written to the stream.
        if (_config.Positions == PositionKind.Learned) CentreRows("pos_embed.W_pos");
        for (int l = 0; l < _config.Layers; l++)
        {
            CentreRows($"blocks.{l}.attn.W_O");
            CentreRows($"blocks.{l}.attn.b_O");
            if (_config.AttentionOnly) continue;
            CentreRows($"blocks.{l}.mlp.W_out");
            CentreRows($"blocks.{l}.mlp.b_out");
        }
    }

    public void CentreUnembedding()
    {
        CentreRows("unembed.W_U");
        CentreRows("unembed.b_U");
    }

    public void FoldValueBiases()
    {
        int dHead = _config.DHead, dModel = _config.DModel, shared = _config.Heads / _config.KeyValueHeads;
        double[] sum = new double[dModel];
        for (int l = 0; l < _config.Layers; l++)
        {
            Span<float> wO = _weights[$"blocks.{l}.attn.W_O"].Span, bO = _weights[$"blocks.{l}.attn.b_O"].Span;
            Span<float> bV = _weights[$"blocks.{l}.attn.{_grouped}b_V"].Span;
            for (int d = 0; d < dModel; d++) sum[d] = bO[d];
            for (int h = 0; h < _config.Heads; h++)
            {
                for (int e = 0; e < dHead; e++)
                {
                    double bias = bV[(h / shared * dHead) + e];
                    Span<float> row = wO.Slice(((h * dHead) + e) * dModel, dModel);
                    for (int d = 0; d < dModel; d++) sum[d] += bias * row[d];
                }
            }
            for (int d = 0; d < dModel; d++) bO[d] = (float)sum[d];
            bV.Clear();
        }
    }

    /// <summary>bias += norm.b · W; W ← norm.w · W, centred over d_model after a LayerNorm. W is [d_model, m] or, a head, [heads, d_model, m].</summary>
    private void FoldInto(string norm, string weight, string? bias)
    {
        Tensor w = _weights[weight];
        int dModel = _config.DModel, m = w.Shape[^1];
        Span<float> gain = _weights[norm + "w"].Span;
        Span<float> shift = _weights.TryGetValue(norm + "b", out Tensor? b) ? b.Span : default;
        double[] mean = new double[m], added = new double[m];
        for (int n = 0; n < w.Length / (dModel * m); n++)
        {
            Span<float> matrix = w.Span.Slice(n * dModel * m, dModel * m);
            mean.AsSpan().Clear();
            added.AsSpan().Clear();
            for (int d = 0; d < dModel; d++)
            {
                Span<float> row = matrix.Slice(d * m, m);
                for (int i = 0; i < m; i++)
                {
                    if (!shift.IsEmpty) added[i] += (double)row[i] * shift[d];
                    row[i] *= gain[d];
                    mean[i] += row[i] / (double)dModel;
                }
            }
            if (_config.Norm == NormKind.LayerNorm)
            {
                for (int d = 0; d < dModel; d++)
                    for (int i = 0; i < m; i++) matrix[(d * m) + i] = (float)(matrix[(d * m) + i] - mean[i]);
            }
            if (bias is null) continue;
            Span<float> target = _weights[bias].Span.Slice(n * m, m);
            for (int i = 0; i < m; i++) target[i] = (float)(target[i] + added[i]);
        }
    }

    /// <summary>Subtracts the mean over the last axis.</summary>
    private void CentreRows(string name)
    {
        Tensor x = _weights[name];
        int size = x.Shape[^1];
        for (int start = 0; start < x.Length; start += size)
        {
            Span<float> row = x.Span.Slice(start, size);
            double mean = 0;
            foreach (float value in row) mean += value;
            mean /= size;
            foreach (ref float value in row) value = (float)(value - mean);
        }
    }
}
