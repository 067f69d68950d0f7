using Interp.Gemm;
using Interp.Scores;

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
    public static HeadCopying[,] Measure(IHookedModel model, Tokens tokens, CopyingTotal total = CopyingTotal.Sample)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        using var noGrad = Autograd.NoGrad();
        TransformerConfig config = model.Config;
        HeadCopying[,] scores = new HeadCopying[config.Layers, config.Heads];
        UnembeddingWeight unembedding = new(model);
        float[] mean = unembedding.Mean();
        using var scope = TensorScope.Begin();
        Capture capture = new("blocks.*.attn.hook_z", "blocks.*.attn.hook_pattern");
        Tensor residual = model.RunBlocks(model.Embed(tokens), 0, config.Layers, capture.Hooks);
        for (int b = 0; b < tokens.Batch; b++)
        {
            int[] sample = tokens.Row(b).ToArray();
            float[] scales = FinalNorm.Scales(config, residual.Select(b));
            float[] directions = Directions(model, unembedding, sample, mean);
            for (int l = 0; l < config.Layers; l++)
            {
                AmbientCancellation.ThrowIfRequested();
                using var inner = TensorScope.Begin();
                Tensor z = Ops.Slice(capture[$"blocks.{l}.attn.hook_z"], 0, b, 1), pattern = Ops.Slice(capture[$"blocks.{l}.attn.hook_pattern"], 0, b, 1);
                Tensor weight = model.Parameters[$"blocks.{l}.attn.W_O"];
                float[] logits = Logits(z, weight, directions, scales, sample.Length);
                float[]? vocabulary = total == CopyingTotal.Vocabulary ? VocabularyRaise(model, unembedding, z, weight, scales, mean) : null;
                for (int h = 0; h < config.Heads; h++)
                {
                    HeadCopying one = Score(pattern, logits, vocabulary, config.Heads, h, sample.Length);
                    HeadCopying sum = scores[l, h];
                    scores[l, h] = new(
                        sum.Score + (one.Score / tokens.Batch),
                        sum.Alternative + (one.Alternative / tokens.Batch),
                        sum.SignedScore + (one.SignedScore / tokens.Batch));
                }
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
    private static float[] Logits(Tensor z, Tensor weight, float[] directions, float[] scales, int length)
    {
        (int heads, int width, int model) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        float[] perZ = new float[heads * width * length], logits = new float[length * heads * length];
        fixed (float* zs = z.Span, w = weight.Span, e = directions, p = perZ, result = logits)
        {
            MatrixProduct.Multiply(new(w, heads * width, model), new MatrixView(e, length, model).Transposed, new(p, heads * width, length));
            MatrixProduct.Batched(
                new(new(zs, length, width, heads * width), heads, width),
                new(new(p, width, length), heads, width * length),
                new(new(result, length, length, heads * length), heads, length));
        }
        for (int q = 0; q < length; q++)
            foreach (ref float logit in logits.AsSpan(q * heads * length, heads * length)) logit /= scales[q];
        return logits;
    }

    /// <summary>Each head's raise over the whole vocabulary, [query, head].</summary>
    private static float[] VocabularyRaise(IHookedModel model, UnembeddingWeight unembedding, Tensor z, Tensor weight, float[] scales, float[] mean)
    {
        Tensor results = Ops.HeadResults(z, weight);
        int width = model.Config.DModel, rows = results.Length / width, heads = rows / scales.Length;
        ReadOnlySpan<float> gain = FinalNorm.Gain(model) is { } g ? g.Span : [];
        float[] shifts = new float[rows], sums = new float[rows];
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
        fixed (float* a = results.Span, u = unembedding.Span, s = shifts, t = sums)
            MatrixProduct.Stream(new(a, rows, width), unembedding.View(u), new RaiseSums(s, t));
        return sums;
    }

    private static HeadCopying Score(Tensor pattern, float[] logits, float[]? vocabulary, int heads, int h, int length)
    {
        fixed (float* p = pattern.Span, l = logits)
        {
            PointerPattern attention = new(p + ((long)h * length * length), length, length);
            PointerLogits contributions = new(l + ((long)h * length), heads * length);
            float attended = Kernels.Copying.Attended(attention, contributions, 1), lowering = Kernels.Copying.Attended(attention, contributions, -1), total = 0;
            if (vocabulary is null) total = Kernels.Copying.Total(contributions, length, length);
            else
                for (int q = 0; q < length; q++) total += vocabulary[(q * heads) + h];
            return new(
                Kernels.Copying.Score(attended, total),
                Kernels.Copying.AlternativeScore(attended, total),
                Kernels.Copying.SignedScore(attended, lowering));
        }
    }
}
