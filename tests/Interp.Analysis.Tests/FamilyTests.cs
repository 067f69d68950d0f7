using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

/// <summary>Every analysis on every kind of model that opens: what must hold whatever the weights are.</summary>
public class FamilyTests
{
    // Two float32 ways through the same network.
    private const double Tolerance = 1e-4;

    private static readonly int[] s_answers = [3, 7], s_wrong = [4, 1];

    private static readonly Metric s_difference = Metrics.LogitDifference(s_answers, s_wrong);

    private static readonly Tokens s_clean = Small.Tokens(2, 7), s_corrupt = Small.Tokens(2, 7, seed: 8);

    public static TheoryData<string> Families =>
        ["gpt2", "attention-only", "gpt-neox", "llama", "grouped", "tied", "shortformer", "smeared", "smeared, grouped, rotary", "folded", "no norms", "scaled by layer", "one layer"];

    [Theory, MemberData(nameof(Families))]
    public void Heads_are_scored(string family)
    {
        HeadScores scores = HeadScores.Measure(Model(family), new HeadScoreOptions { Sequences = 2 });
        foreach (HeadScore s in scores)
        {
            foreach (double share in new[] { s.PrefixMatching, s.PrefixMatchingVaried, s.PreviousToken, s.DuplicateToken, s.FirstToken, s.BestOffsetAttention }) Assert.InRange(share, 0, 1);
            foreach (double copying in new[] { s.Copying, s.CopyingAlternative, s.CopyingSigned }) Assert.InRange(copying, -1.00001, 1.00001);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Ablation_equals_a_hook_that_removes_the_heads_part(string family)
    {
        HookedTransformer model = Model(family);
        AblatedLosses ablated = Ablation.EachHead(model, s_clean);
        foreach (HeadId head in HeadId.All(model.Config))
        {
            Hooks hooks = new Hooks().Add($"blocks.{head.Layer}.attn.hook_result", (result, _) =>
            {
                Tensor edited = result.Clone();
                for (int row = 0; row < 14; row++) edited.Span.Slice(((row * model.Config.Heads) + head.Head) * model.Config.DModel, model.Config.DModel).Clear();
                return edited;
            });
            Assert.True(Small.Difference(model.Losses(s_clean, hooks), ablated[head]) < Tolerance, $"{head}");
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Patching_clean_into_clean_changes_nothing_and_attributions_of_it_are_zero(string family)
    {
        HookedTransformer model = Model(family);
        double normal = s_difference.Of(model, s_clean);
        foreach (PatchComponent component in Components(model.Config))
        {
            Assert.All(ActivationPatching.Run(model, s_clean, s_clean, s_difference, component).Span.ToArray(), value => Assert.Equal(normal, value, Tolerance));
            Assert.All(AttributionPatching.Run(model, s_clean, s_clean, s_difference, component).Span.ToArray(), value => Assert.Equal(0, value, Tolerance));
        }
        Assert.Equal(normal, PathPatching.Run(model, s_clean, s_clean, s_difference, [(0, 1)], PathReceiver.Logits), Tolerance);
    }

    [Theory, MemberData(nameof(Families))]
    public void Attribution_patching_is_the_slope_of_patching(string family)
    {
        // The whole stream before layer 0, moved by t towards the clean one: all positions together.
        HookedTransformer model = Model(family);
        Tensor attribution = AttributionPatching.Run(model, s_clean, s_corrupt, s_difference, PatchComponent.ResidPre);
        double predicted = Enumerable.Range(0, 7).Sum(p => (double)attribution[0, p]);
        Tensor from = model.Embed(s_corrupt), step = model.Embed(s_clean) - from;
        const float t = 0.01f;
        double slope = (Along(t) - Along(-t)) / (2 * t);
        Assert.Equal(slope, predicted, Math.Max(2e-3, 0.01 * Math.Abs(slope)));

        double Along(float by) => s_difference.Of(model, s_corrupt, new Hooks().Replace("blocks.0.hook_resid_pre", from + (step * by)));
    }

    [Theory, MemberData(nameof(Families))]
    public void All_edges_are_the_model_and_none_the_corrupted_run(string family)
    {
        HookedTransformer model = Model(family);
        IReadOnlyList<Edge> edges = EdgeAttribution.Run(model, s_clean, s_corrupt, s_difference);
        Faithfulness[] curve = [.. Faithfulness.Curve(model, s_clean, s_corrupt, s_difference, edges, [0, edges.Count])];
        Assert.Equal(s_difference.Of(model, s_corrupt), curve[0].Metric, Tolerance);
        Assert.Equal(s_difference.Of(model, s_clean), curve[1].Metric, Tolerance);
        double embedding = edges.Where(edge => edge.Sender == EdgeSender.Embedding).Sum(edge => edge.Score);
        double whole = Enumerable.Range(0, 7).Sum(p => (double)AttributionPatching.Run(model, s_corrupt, s_clean, s_difference, PatchComponent.ResidPre)[0, p]);
        Assert.Equal(whole, embedding, Math.Max(1e-3, 1e-3 * Math.Abs(whole)));
    }

    [Theory, MemberData(nameof(Families))]
    public void Attributions_sum_to_the_logit_difference_and_the_lens_ends_in_the_logits(string family)
    {
        HookedTransformer model = Model(family);
        (Tensor logits, ActivationCache cache) = model.RunWithCache(s_clean, ResidualAccessors.Names);
        Tensor parts = LogitAttribution.Of(model, cache.DecomposedResidual(model), s_answers, s_wrong), states = LogitLens.Logits(model, cache.AccumulatedResidual(model));
        for (int b = 0; b < 2; b++)
        {
            // Fresh models have no norm biases and no b_U: nothing is left over.
            Assert.Equal(logits[b, -1, s_answers[b]] - logits[b, -1, s_wrong[b]], Enumerable.Range(0, parts.Shape[0]).Sum(c => (double)parts[c, b]), Tolerance);
            for (int v = 0; v < 31; v++) Assert.Equal(logits[b, -1, v], states[-1, b, v], Tolerance);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Circuits_are_read_off_the_weights(string family)
    {
        HookedTransformer model = Model(family);
        TransformerConfig config = model.Config;
        double[,] copying = Circuit.CopyingEigenvalueScores(model);
        foreach (HeadId head in HeadId.All(config))
        {
            Assert.Equal(Circuit.FullOv(model, head).EigenvalueScore(), copying[head.Layer, head.Head], Tolerance);
            Tensor value = model.Parameters[$"blocks.{head.Layer}.attn.W_V"].Select(head.Head), output = model.Parameters[$"blocks.{head.Layer}.attn.W_O"].Select(head.Head);
            Assert.True(Small.Difference(Ops.MatMul(value, output), Circuit.Ov(model, head).ToTensor()) < 1e-5);
        }
        foreach (CompositionKind kind in Enum.GetValues<CompositionKind>())
            Assert.All(Composition.Scores(model, kind).Cast<double>(), score => Assert.InRange(score, 0, 1));
        Assert.All(QkTrace.Of(model, new double[config.Layers, config.Heads]).Cast<double>(), trace => Assert.Equal(0, trace));
    }

    [Theory, MemberData(nameof(Families))]
    public void Interventions_that_take_nothing_away_change_nothing(string family)
    {
        HookedTransformer model = Model(family);
        HeadId[] all = [.. HeadId.All(model.Config)];
        Assert.Equal(1, Scrubbing.Measure(model, s_clean, all, s_difference).Recovered, 1e-3);
        Assert.True(Small.Difference(model.Run(s_clean), model.Run(s_clean, Steering.Hooks(0, Tensor.Zeros(model.Config.DModel)))) < 1e-5);
        IdealHead ideal = IdealHead.Substitute(model, s_clean, [all[0]], IdealHead.PreviousTokenPattern(s_clean));
        Assert.Equal(Metrics.Loss.Of(model, s_clean), ideal.Normal, Tolerance);
        if (model.Config.AttentionOnly) Assert.Equal(ideal.Normal, TermImportance.Measure(model, s_clean).Losses[^1], Tolerance);
        else Assert.Contains("MLPs", Assert.Throws<ArgumentException>(() => TermImportance.Measure(model, s_clean)).Message);
    }

    private static IEnumerable<PatchComponent> Components(TransformerConfig config) => Enum.GetValues<PatchComponent>().Where(component => component switch
    {
        PatchComponent.ResidMid => !config.AttentionOnly && !config.ParallelBlocks,
        PatchComponent.MlpOut => !config.AttentionOnly,
        _ => true,
    });

    private static HookedTransformer Model(string family)
    {
        TransformerConfig plain = Small.Config(layers: 2) with { Heads = 4, DHead = 6, InitializerRange = 0.2f }, gpt2 = plain with { DMlp = 32 };
        return new(family switch
        {
            "gpt2" => gpt2,
            "attention-only" => plain,
            "gpt-neox" => gpt2 with { ParallelBlocks = true, Positions = PositionKind.Rotary, RotaryDims = 4 },
            "llama" => gpt2 with { GatedMlp = true, Activation = Activation.Silu, Norm = NormKind.Rms, Positions = PositionKind.Rotary, KeyValueHeads = 2, QkvBias = false, AttentionOutputBias = false, MlpBias = false, UnembedBias = false },
            "grouped" => plain with { KeyValueHeads = 2 },
            "tied" => gpt2 with { TiedEmbeddings = true, UnembedBias = false },
            "shortformer" => plain with { Positions = PositionKind.Shortformer },
            "smeared" => plain with { SmearedKeys = true },
            "smeared, grouped, rotary" => gpt2 with { SmearedKeys = true, KeyValueHeads = 2, Positions = PositionKind.Rotary },
            "folded" => gpt2 with { Norm = NormKind.LayerNormPre },
            "no norms" => gpt2 with { Norm = NormKind.None },
            "scaled by layer" => gpt2 with { ScaleAttentionByInverseLayer = true, AttentionScale = 1 },
            _ => plain with { Layers = 1 },
        }, seed: 1);
    }
}
