using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public class PatchingTests
{
    private static readonly int[] Answers = [3, 7], Wrong = [4, 1];

    public static TheoryData<string, PatchComponent, bool> Cases()
    {
        TheoryData<string, PatchComponent, bool> cases = [];
        foreach (string style in new[] { "attention-only", "sequential", "parallel" })
            foreach (PatchComponent component in Enum.GetValues<PatchComponent>())
            {
                if (component == PatchComponent.ResidMid && style != "sequential") continue;
                if (component == PatchComponent.MlpOut && style == "attention-only") continue;
                cases.Add(style, component, false);
                if (component >= PatchComponent.HeadOutput) cases.Add(style, component, true);
            }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Patching_clean_into_clean_is_the_identity(string style, PatchComponent component, bool byPosition)
    {
        HookedTransformer model = Small.Style(style);
        Tokens clean = Small.Tokens(2, 7);
        Metric metric = Metrics.LogitDifference(Answers, Wrong);
        double expected = metric.Of(model, clean);
        foreach (float value in ActivationPatching.Run(model, clean, clean, metric, component, byPosition).Span) Assert.Equal(expected, value, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attribution_patching_agrees_with_finite_differences(string style, PatchComponent component, bool byPosition)
    {
        // Along corrupt + t (clean − corrupt) in one unit: the slope at t = 0 by central differences.
        HookedTransformer model = Small.Style(style);
        Tokens clean = Small.Tokens(2, 6), corrupt = Small.Tokens(2, 6, seed: 8);
        Metric metric = Metrics.LogitDifference(Answers, Wrong);
        Tensor attribution = AttributionPatching.Run(model, clean, corrupt, metric, component, byPosition);
        Rng random = new(5);
        int units = attribution.Length / model.Config.Layers;
        double scale = attribution.Span.ToArray().Max(Math.Abs);
        for (int trial = 0; trial < 4; trial++)
        {
            int l = random.Next(model.Config.Layers), unit = random.Next(units);
            const float step = 0.02f;
            double slope = (Partly(l, unit, step) - Partly(l, unit, -step)) / (2 * step);
            // Third-order terms of the step and float32 noise of 1e-6 over 0.04.
            Assert.Equal(slope, attribution.Span[(l * units) + unit], Math.Max(1e-3, 0.01 * scale));
        }

        double Partly(int layer, int unit, float t)
        {
            Interventions.PatchPoint point = new(component, byPosition);
            string name = point.Name(layer);
            Tensor from = model.RunWithCache(clean, [name]).Cache[name], to = model.RunWithCache(corrupt, [name]).Cache[name];
            Tensor mixed = to.Clone();
            int[] shape = from.Shape.ToArray();
            int row = from.Length / 2;
            foreach ((int start, int length) in point.Parts(unit, shape))
                for (int b = 0; b < 2; b++)
                    for (int i = (b * row) + start; i < (b * row) + start + length; i++) mixed.Span[i] += t * (from.Span[i] - to.Span[i]);
            return metric.Of(model, corrupt, new Hooks().Replace(name, mixed));
        }
    }

    [Fact]
    public void Patching_the_whole_stream_at_the_first_layer_one_position_at_a_time_equals_the_naive_run()
    {
        HookedTransformer model = Small.Model(dMlp: 32);
        Tokens clean = Small.Tokens(2, 6), corrupt = Small.Tokens(2, 6, seed: 8);
        Metric metric = Metrics.LogitDifference(Answers, Wrong);
        Tensor result = ActivationPatching.Run(model, clean, corrupt, metric, PatchComponent.ResidPre);
        for (int p = 0; p < 6; p++)
        {
            int[] ids = corrupt.Ids.ToArray();
            for (int b = 0; b < 2; b++) ids[(b * 6) + p] = clean[b, p];
            Assert.Equal(metric.Of(model, new Tokens(ids, 2, 6)), result[0, p], 1e-4);
        }
    }

    [Fact]
    public void Attributions_sum_to_the_logit_difference()
    {
        // Without biases after the last block, embeddings + attention + MLPs are the whole stream.
        HookedTransformer model = Small.Model(dMlp: 32);
        Tokens tokens = Small.Tokens(2, 6);
        (Tensor logits, ActivationCache cache) = model.RunWithCache(tokens, ResidualAccessors.Names);
        Tensor attributions = LogitAttribution.Of(model, cache.DecomposedResidual(model), Answers, Wrong);
        for (int b = 0; b < 2; b++)
        {
            double sum = Enumerable.Range(0, attributions.Shape[0]).Sum(c => (double)attributions[c, b]);
            Assert.Equal(logits[b, -1, Answers[b]] - logits[b, -1, Wrong[b]], sum, 1e-4);
        }
    }

    [Fact]
    public void Sources_of_a_head_add_up_to_its_result_and_neurons_to_their_mlp()
    {
        HookedTransformer model = Small.Model(dMlp: 32);
        Tokens tokens = Small.Tokens(2, 6);
        ActivationCache cache = model.RunWithCache(tokens, [.. ResidualAccessors.Names, "*.hook_pattern", "*.hook_v", "*.hook_post"]).Cache;
        Assert.True(Small.Difference(cache.HeadResults(model)["L1H2"], Ops.Sum(cache.HeadSources(model, (1, 2)).Values, 0)) < 1e-5);
        Tensor bias = model.Parameters["blocks.1.mlp.b_out"];
        Assert.True(Small.Difference(cache.DecomposedResidual(model)["1_mlp_out"], Ops.Sum(cache.Neurons(model, 1).Values, 0) + bias) < 1e-5);
    }

    [Fact]
    public void A_users_lambda_is_a_metric()
    {
        HookedTransformer model = Small.Model();
        Tokens tokens = Small.Tokens(2, 6);
        Metric difference = Metric.OfLogits("difference", logits => (logits[0, 0, 3] - logits[0, 0, 4] + logits[1, 0, 7] - logits[1, 0, 1]) / 2.0, -1);
        Assert.Equal(Metrics.LogitDifference(Answers, Wrong).Of(model, tokens), difference.Of(model, tokens), 1e-5);
        Assert.Contains("no gradient", Assert.Throws<ArgumentException>(() => AttributionPatching.Run(model, tokens, tokens, difference, PatchComponent.HeadOutput)).Message);
    }

    [Fact]
    public void The_usual_metrics_agree_with_their_definitions()
    {
        HookedTransformer model = Small.Model();
        Tokens tokens = Small.Tokens(2, 8);
        Tensor logits = model.Run(tokens), losses = model.Losses(tokens);
        double[] probabilities = [.. Enumerable.Range(0, 2).Select(b => Math.Exp(logits[b, -1, Answers[b]]) / Enumerable.Range(0, 31).Sum(v => Math.Exp(logits[b, -1, v])))];
        Assert.Equal(probabilities.Average(), Metrics.Probability(Answers).Of(model, tokens), 1e-5);
        Assert.Equal(probabilities.Average(Math.Log), Metrics.LogProbability(Answers).Of(model, tokens), 1e-5);
        Assert.Equal(Ops.Mean(losses).Item(), Metrics.Loss.Of(model, tokens), 1e-5);
        Assert.Equal((losses[0, 2] + losses[1, 2]) / 2, Metrics.LossAt(3).Of(model, tokens), 1e-5);
        Assert.Equal(InContextScore.Of(losses), Metrics.InContextScore().Of(model, tokens), 1e-5);
        Assert.Equal(0, Metrics.KlToClean(logits).Of(model, tokens), 1e-5);
        Assert.True(Metrics.KlToClean(logits, -1).Of(model, Small.Tokens(2, 8, seed: 4)) > 0.01);
        int[] best = [.. Enumerable.Range(0, 2).Select(b => Enumerable.Range(0, 31).MaxBy(v => logits[b, -1, v]))];
        Assert.Equal(1, Metrics.Accuracy(best).Of(model, tokens));
        Assert.Equal(0.5, Metrics.Accuracy([best[0], (best[1] + 1) % 31]).Of(model, tokens));
        int[] chosen = [2, 5];
        Assert.Equal(BeforeAndAfter.Projection([0.6f, 0.8f], TokenLosses.Vector(losses, chosen), [1, 2]), Metrics.BeforeAndAfter([0.6f, 0.8f], [1, 2], chosen).Of(model, tokens), 1e-5);
    }
}
