using Interp.Analysis.Tests.Support;
using Interp.Tests.Shared;

namespace Interp.Analysis.Tests;

/// <summary>Every analysis against the peer's numbers: reads whatever entries a fixture folder has and dispatches by their names.</summary>
public class FixtureAnalysisTests
{
    /// <summary>The peer and we compute in float32; differences are relative to the largest value of an entry.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>The repeated sequences of the fixtures are BOS + 25 tokens × 2.</summary>
    private const int Period = 25;

    public static TheoryData<string> Folders()
    {
        TheoryData<string> names = [];
        string fixtures = Path.Combine(Optional.RepositoryRoot, "..", "shared", "fixtures");
        if (!Directory.Exists(fixtures)) return ["a_attn_only_2l"];
        foreach (string folder in Directory.EnumerateDirectories(fixtures).Order())
            if (File.Exists(Path.Combine(folder, "analysis.json"))) names.Add(Path.GetFileName(folder));
        return names;
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_entry_agrees_with_the_peer(string folder)
    {
        Fixture fixture = Fixture.Open(folder);
        List<string> wrong = [];
        foreach (string entry in fixture.Entries)
        {
            double[] expected = fixture.Values(entry), actual = [.. Compute(fixture, entry)];
            // 'abs' of detect_head is rounded to 3 decimals: a value at a rounding edge may fall on the other side.
            double allowed = entry.Contains(".abs") ? 0.00101 : Tolerance * Math.Max(1e-3, expected.Max(Math.Abs));
            double worst = expected.Length != actual.Length ? double.PositiveInfinity : expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            if (!(worst <= allowed)) wrong.Add($"{entry}: off by {worst:g3} where {allowed:g3} is allowed ({expected.Length} and {actual.Length} values; {expected[0]:g6} against {actual.FirstOrDefault():g6})");
        }
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Eigenvalues_and_singular_values_agree_with_the_peer(string folder)
    {
        Fixture fixture = Fixture.Open(folder);
        Compare("ov", Circuit.Ov, "ov_eigenvalues");
        Compare("ov full", Circuit.FullOv, "ov_full_eigenvalues");
        Compare("qk full", Circuit.FullQk, "qk_full_eigenvalues");
        foreach ((string name, Func<IHookedModel, HeadId, FactoredMatrix> circuit) in new (string, Func<IHookedModel, HeadId, FactoredMatrix>)[] { ("ov_singular_values", Circuit.Ov), ("qk_singular_values", Circuit.Qk) })
        {
            double[] actual = [.. HeadId.All(fixture.Model.Config).SelectMany(head => circuit(fixture.Model, head).SingularValues())];
            float[] expected = fixture.Tensor(name).Span.ToArray();
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance * expected.Max());
        }

        void Compare(string what, Func<IHookedModel, HeadId, FactoredMatrix> circuit, string name)
        {
            float[] re = fixture.Tensor(name + "_re").Span.ToArray(), im = fixture.Tensor(name + "_im").Span.ToArray();
            int width = fixture.Model.Config.DHead, i = 0;
            foreach (HeadId head in HeadId.All(fixture.Model.Config))
            {
                // As sets: conjugate pairs and equal magnitudes have no order.
                List<System.Numerics.Complex> left = [.. circuit(fixture.Model, head).Eigenvalues()];
                double scale = left.Max(System.Numerics.Complex.Abs);
                for (int j = 0; j < width; j++, i++)
                {
                    System.Numerics.Complex expected = new(re[i], im[i]), nearest = left.MinBy(value => System.Numerics.Complex.Abs(value - expected));
                    Assert.True(System.Numerics.Complex.Abs(nearest - expected) <= Tolerance * scale, $"{what} {head}: {expected} against {nearest}");
                    left.Remove(nearest);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_logit_lens_agrees_with_the_peer(string folder)
    {
        Fixture fixture = Fixture.Open(folder);
        (_, ActivationCache cache) = fixture.Model.RunWithCache(fixture.Tokens("dla_tokens"), ResidualAccessors.Names);
        float[] actual = LogitLens.Logits(fixture.Model, cache.AccumulatedResidual(fixture.Model)).Span.ToArray();
        float[] expected = fixture.Tensor("logit_lens_true_logits").Span.ToArray();
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance * expected.Max(Math.Abs));
    }

    private static IEnumerable<double> Compute(Fixture fixture, string entry)
    {
        HookedTransformer model = fixture.Model;
        string[] parts = entry.Split('.');
        return parts[0] switch
        {
            "detect_head" => Detect(fixture, parts),
            "induction_score" => parts[1] == "second_half"
                ? Pattern(fixture, p => PatternScores.OffsetAttention(Ops.Slice(p, 2, Period + 1, Period), Period - 1))
                : Pattern(fixture, p => PatternScores.OffsetAttention(p, Period - 1)),
            "prev_token_score" => Pattern(fixture, PatternScores.PreviousToken),
            "duplicate_token_score" => Pattern(fixture, p => PatternScores.OffsetAttention(p, Period)),
            "bos_attention" => Pattern(fixture, PatternScores.FirstToken),
            "attention_entropy_nats" => Pattern(fixture, PatternScores.Entropy),
            "induction_loss_second_half" => [SecondHalf(model.Losses(fixture.Tokens("rep_tokens")))],
            "icl_score" => InContextScore.PerExample(model.Losses(fixture.Tokens("rep_tokens")), new(6, 6, 46, 46)),
            "ov_copying_score" => Flat(Circuit.CopyingEigenvalueScores(model)),
            "qk_matching_score" => HeadId.All(model.Config).Select(head => Circuit.FullQk(model, head).EigenvalueScore()),
            "ov_frobenius" => HeadId.All(model.Config).Select(head => Circuit.Ov(model, head).Norm()),
            "qk_frobenius" => HeadId.All(model.Config).Select(head => Circuit.Qk(model, head).Norm()),
            "composition_Q" => Flat(Composition.Scores(model, CompositionKind.Q)),
            "composition_K" => Flat(Composition.Scores(model, CompositionKind.K)),
            "composition_V" => Flat(Composition.Scores(model, CompositionKind.V)),
            "dla" or "logit_lens_logit_diff" => Attribution(fixture, entry),
            "ablation" => Ablated(fixture, parts),
            "patch" => Patched(fixture, parts[1]),
            "attribution_patching" => Values(AttributionPatching.Run(model, fixture.Tokens("patch_clean"), fixture.Tokens("patch_corrupt"), PatchMetric(fixture), PatchComponent.HeadOutput)),
            _ => throw new NotSupportedException($"No analysis is known for the entry '{entry}'."),
        };
    }

    private static IEnumerable<double> Detect(Fixture fixture, string[] parts)
    {
        int[] row = fixture.Tokens("rep_tokens").Row(0).ToArray();
        DetectHeadPattern target = parts[1] switch
        {
            "previous_token_head" => DetectHeadPattern.PreviousToken,
            "duplicate_token_head" => DetectHeadPattern.DuplicateToken,
            "induction_head" => DetectHeadPattern.Induction,
            _ => throw new NotSupportedException($"No pattern is known for '{parts[1]}'."),
        };
        bool bos = parts.Contains("exclude_bos"), current = parts.Contains("exclude_current");
        return (parts[2] == "mul" ? DetectHead.Multiplied(fixture.Model, row, target, bos, current) : DetectHead.AbsoluteDifference(fixture.Model, row, target, bos, current))
            .Cast<float>().Select(x => (double)x);
    }

    private static IEnumerable<double> Pattern(Fixture fixture, Func<Tensor, float[]> score)
    {
        (_, ActivationCache cache) = fixture.Model.RunWithCache(fixture.Tokens("rep_tokens"), ["*.hook_pattern"]);
        return Enumerable.Range(0, fixture.Model.Config.Layers).SelectMany(l => score(cache.Pattern(l))).Select(x => (double)x);
    }

    private static IEnumerable<double> Attribution(Fixture fixture, string entry)
    {
        HookedTransformer model = fixture.Model;
        Tokens tokens = fixture.Tokens("dla_tokens");
        int[] answers = fixture.Tokens("dla_answer").Ids.ToArray(), wrong = fixture.Tokens("dla_wrong").Ids.ToArray();
        (Tensor logits, ActivationCache cache) = model.RunWithCache(tokens, ResidualAccessors.Names);
        return entry switch
        {
            "dla.heads_logit" => Values(LogitAttribution.Of(model, cache.HeadResults(model), answers, useGain: false)),
            "dla.heads_logit_diff" => Values(LogitAttribution.Of(model, cache.HeadResults(model), answers, wrong, useGain: false)),
            "dla.components_logit_diff" => Values(LogitAttribution.Of(model, cache.DecomposedResidual(model), answers, wrong, useGain: false)),
            "logit_lens_logit_diff" => Values(LogitAttribution.Of(model, cache.AccumulatedResidual(model), answers, wrong, useGain: false)),
            "dla.true_logit_diff" => Enumerable.Range(0, answers.Length).Select(b => (double)logits[b, -1, answers[b]] - logits[b, -1, wrong[b]]),
            _ => throw new NotSupportedException($"No analysis is known for the entry '{entry}'."),
        };
    }

    private static IEnumerable<double> Ablated(Fixture fixture, string[] parts)
    {
        Tokens tokens = fixture.Tokens("rep_tokens");
        if (parts[1] == "base_loss") return [Ops.Mean(fixture.Model.Losses(tokens)).Item()];
        AblatedLosses losses = Ablation.EachHead(fixture.Model, tokens, parts[1] == "mean" ? AblationKind.Mean : AblationKind.Zero);
        return Flat(losses.Effects(parts[2] == "second_half" ? SecondHalf : l => Metric.Mean(l)));
    }

    private static IEnumerable<double> Patched(Fixture fixture, string what)
    {
        Tokens clean = fixture.Tokens("patch_clean"), corrupt = fixture.Tokens("patch_corrupt");
        Metric metric = PatchMetric(fixture);
        (PatchComponent Component, bool ByPosition)? patch = what switch
        {
            "get_act_patch_attn_head_out_all_pos" => (PatchComponent.HeadOutput, false),
            "get_act_patch_attn_head_out_by_pos" => (PatchComponent.HeadOutput, true),
            "get_act_patch_attn_head_q_all_pos" => (PatchComponent.HeadQuery, false),
            "get_act_patch_attn_head_k_all_pos" => (PatchComponent.HeadKey, false),
            "get_act_patch_attn_head_v_all_pos" => (PatchComponent.HeadValue, false),
            "get_act_patch_attn_head_pattern_all_pos" => (PatchComponent.HeadPattern, false),
            "get_act_patch_resid_pre" => (PatchComponent.ResidPre, false),
            "get_act_patch_attn_out" => (PatchComponent.AttentionOut, false),
            "get_act_patch_mlp_out" => (PatchComponent.MlpOut, false),
            _ => null,
        };
        if (patch is { } p) return Values(ActivationPatching.Run(fixture.Model, clean, corrupt, metric, p.Component, p.ByPosition));
        return what switch
        {
            "clean_metric" => [metric.Of(fixture.Model, clean)],
            "corrupt_metric" => [metric.Of(fixture.Model, corrupt)],
            _ => throw new NotSupportedException($"No analysis is known for the entry 'patch.{what}'."),
        };
    }

    private static Metric PatchMetric(Fixture fixture) =>
        Metrics.LogitDifference(fixture.Tokens("patch_answer").Ids.ToArray(), fixture.Tokens("patch_wrong").Ids.ToArray());

    /// <summary>The mean of the losses from index <see cref="Period"/> + 1 on, where the second repeat is being predicted.</summary>
    private static double SecondHalf(Tensor losses) => Metric.Mean(Ops.Slice(losses, 1, Period + 1, losses.Shape[1] - Period - 1));

    private static IEnumerable<double> Values(Tensor tensor) => tensor.Span.ToArray().Select(x => (double)x);

    private static IEnumerable<double> Flat(Array array) => array.Cast<double>();
}
