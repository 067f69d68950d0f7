using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public class AblationTests
{
    // Two float32 ways through the same network.
    private const double Tolerance = 2e-5;

    private static readonly string[] Styles = ["attention-only", "sequential", "parallel", "rms", "none"];

    public static TheoryData<string, AblationKind> Cases()
    {
        TheoryData<string, AblationKind> cases = [];
        foreach (string style in Styles)
            foreach (AblationKind kind in Enum.GetValues<AblationKind>()) cases.Add(style, kind);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_head_alone_equals_the_naive_run_with_hooks(string style, AblationKind kind)
    {
        HookedTransformer model = Small.Style(style);
        Tokens tokens = Small.Tokens(3, 12), reference = Small.Tokens(3, 12, seed: 9);
        Tokens? given = kind == AblationKind.Resample ? reference : null;
        AblatedLosses ablated = Ablation.EachHead(model, tokens, kind, given);
        Assert.True(Small.Difference(model.Losses(tokens), ablated.Clean) < Tolerance);
        foreach (HeadId head in HeadId.All(model.Config))
        {
            Tensor naive = Naive(model, tokens, head, kind, reference);
            Assert.True(Small.Difference(naive, ablated[head]) < Tolerance, $"{head} alone");
            Assert.True(Small.Difference(naive, Ablation.Losses(model, tokens, [head], kind, given)) < Tolerance, $"{head} as a set");
        }
    }

    [Fact]
    public void Ablating_no_head_changes_nothing()
    {
        HookedTransformer model = Small.Model(dMlp: 32);
        Tokens tokens = Small.Tokens(2, 10);
        foreach (AblationKind kind in new[] { AblationKind.Zero, AblationKind.Mean, AblationKind.PatternPreserving })
            Assert.True(Small.Difference(model.Losses(tokens), Ablation.Losses(model, tokens, [], kind)) < Tolerance);
    }

    [Fact]
    public void Resampling_from_the_same_tokens_changes_nothing()
    {
        HookedTransformer model = Small.Model(dMlp: 32);
        Tokens tokens = Small.Tokens(2, 10);
        HeadId[] all = [.. HeadId.All(model.Config)];
        Assert.True(Small.Difference(model.Losses(tokens), Ablation.Losses(model, tokens, all, AblationKind.Resample, tokens)) < Tolerance);
    }

    [Fact]
    public void Many_rows_in_several_chunks_equal_one_row_at_a_time()
    {
        HookedTransformer model = Small.Model(layers: 2);
        Tokens tokens = Small.Tokens(450, 20);
        AblatedLosses all = Ablation.EachHead(model, tokens, AblationKind.PatternPreserving);
        foreach (int b in new[] { 0, 203, 204, 205, 449 })
        {
            AblatedLosses one = Ablation.EachHead(model, tokens.Row(b).ToArray(), AblationKind.PatternPreserving);
            Assert.True(Small.Difference(one[(1, 2)], Ops.Slice(all[(1, 2)], 0, b, 1)) < Tolerance);
        }
    }

    [Fact]
    public void Losing_the_induction_head_of_the_hand_made_circuit_loses_what_it_learns_in_context()
    {
        HookedTransformer model = HandMade.Induction(copying: 20);
        Tokens tokens = new TokenSampler(model.Config, 3).Repeated(4, 20, 4);
        AblatedLosses ablated = Ablation.EachHead(model, tokens, AblationKind.PatternPreserving);
        double normal = InContextScore.Of(ablated.Clean);
        Assert.True(normal < -1, $"{normal}");
        Assert.Equal(0, InContextScore.Of(ablated[(1, 0)]), 1e-4);
        // With its pattern kept the induction head needs the previous-token head no more; without, it does.
        Assert.Equal(normal, InContextScore.Of(ablated[(0, 0)]), 1e-3);
        Assert.True(InContextScore.Of(Ablation.EachHead(model, tokens)[(0, 0)]) > 0.5 * normal);
    }

    [Fact]
    public void A_head_that_is_not_there_is_named() =>
        Assert.Contains("no head 3.0", Assert.Throws<ArgumentException>(() => Ablation.Losses(Small.Model(), Small.Tokens(1, 5), [(3, 0)])).Message);

    [Fact]
    public void Resampling_without_a_reference_is_an_error() =>
        Assert.Contains("[1, 5]", Assert.Throws<ArgumentException>(() => Ablation.EachHead(Small.Model(), Small.Tokens(1, 5), AblationKind.Resample)).Message);

    private static Tensor Naive(HookedTransformer model, Tokens tokens, HeadId head, AblationKind kind, Tokens reference)
    {
        string name = $"blocks.{head.Layer}.attn.hook_z";
        Hooks hooks = new();
        if (kind == AblationKind.PatternPreserving)
        {
            ActivationCache cache = model.RunWithCache(tokens, ["*.hook_pattern"]).Cache;
            for (int l = 0; l < model.Config.Layers; l++) hooks.Replace($"blocks.{l}.attn.hook_pattern", cache.Pattern(l));
        }
        Tensor own = model.RunWithCache(tokens, [name]).Cache[name], other = model.RunWithCache(reference, [name]).Cache[name];
        hooks.Add(name, (z, _) =>
        {
            Tensor edited = z.Clone();
            for (int b = 0; b < tokens.Batch; b++)
                for (int p = 0; p < tokens.Positions; p++)
                    for (int e = 0; e < model.Config.DHead; e++)
                        edited[b, p, head.Head, e] = kind switch
                        {
                            AblationKind.Mean => Mean(own, head.Head, e),
                            AblationKind.Resample => other[b, p, head.Head, e],
                            _ => 0,
                        };
            return edited;
        });
        return model.Losses(tokens, hooks);
    }

    private static float Mean(Tensor z, int head, int e)
    {
        double sum = 0;
        for (int b = 0; b < z.Shape[0]; b++)
            for (int p = 0; p < z.Shape[1]; p++) sum += z[b, p, head, e];
        return (float)(sum / (z.Shape[0] * z.Shape[1]));
    }
}
