using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public class CopyingScoresTests
{
    [Theory]
    [InlineData("attention-only", CopyingTotal.Sample)]
    [InlineData("sequential", CopyingTotal.Sample)]
    [InlineData("rms", CopyingTotal.Sample)]
    [InlineData("none", CopyingTotal.Sample)]
    [InlineData("attention-only", CopyingTotal.Vocabulary)]
    [InlineData("rms", CopyingTotal.Vocabulary)]
    public void Scores_equal_the_definition_written_out(string style, CopyingTotal total)
    {
        HookedTransformer model = Small.Style(style);
        Tokens tokens = new TokenSampler(model.Config, 4).WithoutBos(3, 11);
        HeadCopying[,] scores = CopyingScores.Measure(model, tokens, total);
        foreach (HeadId head in HeadId.All(model.Config))
        {
            double expected = Enumerable.Range(0, tokens.Batch).Average(b => Naive(model, tokens.Row(b).ToArray(), head, total));
            // Sums of some hundred float32 products.
            Assert.Equal(expected, scores[head.Layer, head.Head].Score, 1e-4);
        }
    }

    /// <summary>2a/A − 1 by whole logit vectors, in double.</summary>
    private static double Naive(HookedTransformer model, int[] sample, HeadId head, CopyingTotal total)
    {
        int n = sample.Length, d = model.Config.DModel, vocabulary = model.Config.Vocabulary;
        string prefix = $"blocks.{head.Layer}.attn.";
        ActivationCache cache = model.RunWithCache(sample, [prefix + "hook_result", prefix + "hook_pattern", $"blocks.{model.Config.Layers - 1}.hook_resid_post"]).Cache;
        Tensor result = cache[prefix + "hook_result"], pattern = cache.Pattern(head.Layer), final = cache[$"blocks.{model.Config.Layers - 1}.hook_resid_post"], unembed = model.Parameters["unembed.W_U"];
        bool centres = model.Config.Norm == NormKind.LayerNorm;
        double attended = 0, all = 0;
        for (int q = 0; q < n; q++)
        {
            double[] r = [.. Enumerable.Range(0, d).Select(i => (double)result[0, q, head.Head, i])], x = [.. Enumerable.Range(0, d).Select(i => (double)final[0, q, i])];
            double scale = model.Config.Norm == NormKind.None ? 1 : Math.Sqrt(x.Average(v => Math.Pow(v - (centres ? x.Average() : 0), 2)) + model.Config.NormEps);
            double shift = centres ? r.Average() : 0;
            double[] y = [.. r.Select((v, i) => (v - shift) / scale * (model.Config.Norm == NormKind.None ? 1 : model.Parameters["ln_final.w"][i]))];
            double[] logits = [.. Enumerable.Range(0, vocabulary).Select(v => y.Select((value, i) => value * unembed[i, v]).Sum())];
            double[] raise = [.. logits.Select(logit => Math.Max(0, logit - logits.Average()))];
            attended += sample.Select((token, j) => pattern[0, head.Head, q, j] * raise[token]).Sum();
            all += total == CopyingTotal.Sample ? sample.Sum(token => raise[token]) : raise.Sum();
        }
        return (2 * attended / all) - 1;
    }
}
