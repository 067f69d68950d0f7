using Interp.Gemm;
using Interp.Kernels;

namespace Interp;

/// <summary>Copying of every head: does it raise the logits of the tokens that it attends to (Olsson et al. 2022, head activation evaluators)?</summary>
/// <remarks>
/// Head result at each position → final norm with that position's scale frozen → unembedding; the mean over the vocabulary is subtracted;
/// max(·, 0) is the raise. No logit is stored but those of the sample's tokens: with E = centre(w ⊙ (W_U[:, tokens] − mean)), a head's
/// logits are z·(W_O·E)/s, a [d_head, tokens] product; the raise over the vocabulary is a streamed product.
/// </remarks>
public static unsafe class CopyingScores
{
    /// <summary>Scores of all heads, [layer, head], averaged over the rows of <paramref name="tokens"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">Samples of random tokens that differ within a row, without BOS, [samples, 25] by definition.</param>
    /// <param name="total">What the attended tokens' raise is compared with.</param>
    /// <param name="runner">Where the sums are computed; the CPU's SIMD units where absent.</param>
    public static HeadCopying[,] Measure(IHookedModel model, Tokens tokens, CopyingTotal total = CopyingTotal.Sample, IScoreRunner? runner = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        runner ??= SimdScoreRunner.Instance;
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = model.Config;
        HeadCopying[,] scores = new HeadCopying[config.Layers, config.Heads];
        UnembeddingWeight unembedding = new(model);
        float[] mean = unembedding.Mean();
        using IVocabularyRaise? vocabulary = total == CopyingTotal.Vocabulary ? runner.Vocabulary(unembedding.Stored, config.TiedEmbeddings) : null;
        using var scope = TensorScope.Begin();
        Capture capture = new("blocks.*.attn.hook_z", "blocks.*.attn.hook_pattern");
        Tensor residual = model.RunBlocks(model.Embed(tokens), 0, config.Layers, capture.Hooks);
        int length = tokens.Positions, perLayer = length * config.Heads * length;
        float[] logits = new float[config.Layers * perLayer];
        float[][] raises = new float[config.Layers][];
        for (int b = 0; b < tokens.Batch; b++)
        {
            int[] sample = tokens.Row(b).ToArray();
            float[] scales = FinalNorm.Scales(config, residual.Select(b));
            float[] directions = Directions(model, unembedding, sample, mean);
            for (int l = 0; l < config.Layers; l++)
            {
                AmbientCancellation.ThrowIfRequested();
                using var inner = TensorScope.Begin();
                Tensor z = Ops.Slice(capture[$"blocks.{l}.attn.hook_z"], 0, b, 1), weight = model.Parameters[$"blocks.{l}.attn.W_O"];
                Logits(z, weight, directions, scales, logits.AsSpan(l * perLayer, perLayer));
                if (vocabulary is not null) raises[l] = VocabularyRaise(model, vocabulary, z, weight, scales, mean);
            }
            using var layers = TensorScope.Begin();
            Tensor patterns = Ops.Concat(0, [.. Enumerable.Range(0, config.Layers).Select(l => Ops.Slice(capture[$"blocks.{l}.attn.hook_pattern"], 0, b, 1))]);
            CopyingSums[] sums = runner.Copying(patterns, logits);
            foreach (HeadId head in HeadId.All(config))
            {
                CopyingSums one = sums[(head.Layer * config.Heads) + head.Head];
                if (raises[head.Layer] is { } raise)
                    one = one with { Total = Enumerable.Range(0, length).Sum(q => raise[(q * config.Heads) + head.Head]) };
                HeadCopying sum = scores[head.Layer, head.Head];
                scores[head.Layer, head.Head] = new(
                    sum.Score + (Copying.Score(one.Attended, one.Total) / tokens.Batch),
                    sum.Alternative + (Copying.AlternativeScore(one.Attended, one.Total) / tokens.Batch),
                    sum.SignedScore + (Copying.SignedScore(one.Attended, one.Lowered) / tokens.Batch));
            }
        }
        return scores;
    }

    /// <summary>[tokens, d_model]: what a unit of the residual stream adds to each token's logit less the mean, before the division by the scale.</summary>
    private static float[] Directions(IHookedModel model, UnembeddingWeight unembedding, int[] sample, float[] mean)
    {
        float[] directions = unembedding.Columns(sample);
        for (int i = 0; i < directions.Length; i++) directions[i] -= mean[i % mean.Length];
        FinalNorm.PullBack(model, directions);
        return directions;
    }

    /// <summary>Each head's contributions [query, head, token]: z [1, q, h, e], weight [h, e, d].</summary>
    private static void Logits(Tensor z, Tensor weight, float[] directions, float[] scales, Span<float> logits)
    {
        int length = scales.Length;
        (int heads, int width, int model) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        float[] perZ = new float[heads * width * length];
        fixed (float* zs = z.Span, w = weight.Span, e = directions, p = perZ, result = logits)
        {
            MatrixProduct.Multiply(new(w, heads * width, model), new MatrixView(e, length, model).Transposed, new(p, heads * width, length));
            MatrixProduct.Batched(
                new(new(zs, length, width, heads * width), heads, width),
                new(new(p, width, length), heads, width * length),
                new(new(result, length, length, heads * length), heads, length));
        }
        for (int q = 0; q < length; q++)
            foreach (ref float logit in logits.Slice(q * heads * length, heads * length)) logit /= scales[q];
    }

    /// <summary>Each head's raise over the whole vocabulary, [query, head].</summary>
    private static float[] VocabularyRaise(IHookedModel model, IVocabularyRaise vocabulary, Tensor z, Tensor weight, float[] scales, float[] mean)
    {
        Tensor results = Ops.HeadResults(z, weight);
        int width = model.Config.DModel, rows = results.Length / width, heads = rows / scales.Length;
        ReadOnlySpan<float> gain = FinalNorm.Gain(model) is { } g ? g.Span : [];
        float[] shifts = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            Span<float> values = results.Span.Slice(row * width, width);
            double centre = 0, shift = 0;
            if (FinalNorm.Centres(model.Config))
            {
                foreach (float x in values) centre += x;
                centre /= width;
            }
            for (int i = 0; i < width; i++)
            {
                values[i] = (float)(values[i] - centre) / scales[row / heads] * (gain.IsEmpty ? 1 : gain[i]);
                shift += (double)values[i] * mean[i];
            }
            shifts[row] = (float)shift;
        }
        return vocabulary.Of(results.Span, shifts);
    }
}
