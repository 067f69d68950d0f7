using Interp.Analysis.Tests.Support;
using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Analysis.Tests;

public class HeadScoresTests
{
    [Fact]
    public void A_hand_made_induction_circuit_is_found()
    {
        HeadScores heads = HeadScores.Measure(HandMade.Induction());
        Assert.Equal("HeadScores: 2 heads: 1 PreviousToken, 1 Induction", heads.ToString());
        Assert.Equal(HeadKind.PreviousToken, heads[0, 0].Kind);
        Assert.Equal(HeadKind.Induction, heads[1, 0].Kind);
        // Every query of repeats 2–4 attends to 1–3 targets alike, with nothing left for other keys.
        Assert.Equal(1, heads[1, 0].PrefixMatching, 1e-5);
        Assert.Equal(1, heads[1, 0].PrefixMatchingLowest, 1e-5);
        Assert.Equal(1, heads[0, 0].PreviousToken, 1e-5);
        Assert.Equal(1, heads[1, 0].CopyingSigned, 1e-5);
        Assert.Empty(heads.Notes);
    }

    [Fact]
    public void A_head_that_finds_the_prefix_and_lowers_it_is_anti_copying()
    {
        HeadScore head = HeadScores.Measure(HandMade.Induction(copying: -1))[1, 0];
        Assert.Equal(HeadKind.AntiCopyingPrefixSearch, head.Kind);
        Assert.Equal(-1, head.CopyingSigned, 1e-5);
        Assert.Equal(-1, head.Copying, 1e-5);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(22)]
    [InlineData(12)]
    public void A_fixed_offset_decoy_is_not_called_an_induction_head(int offset)
    {
        HeadScore head = HeadScores.Measure(HandMade.FixedOffset(offset))[0, 0];
        Assert.Equal(HeadKind.PositionalDecoy, head.Kind);
        Assert.Equal(offset, head.BestOffset);
        Assert.Equal(1, head.BestOffsetAttention, 1e-5);
        // At the definition's own period of 25 the offset 24 is a perfect score: that is why the periods vary.
        if (offset == 24) Assert.Equal(1, head.PrefixMatching, 1e-5);
        Assert.Equal(0, head.PrefixMatchingLowest, 1e-5);
    }

    [Fact]
    public void The_trained_fixture_has_four_induction_heads_and_two_previous_token_heads()
    {
        Fixture fixture = Fixture.Open("e_trained");
        HeadScores heads = HeadScores.Measure(fixture.Model);
        Assert.All(Enumerable.Range(0, 4), h => Assert.Equal(HeadKind.Induction, heads[1, h].Kind));
        Assert.Equal([(0, 1), (0, 3)], heads.OfKind(HeadKind.PreviousToken).Select(head => (head.Layer, head.Head)));
        Assert.Equal([new HeadId(0, 1), new HeadId(0, 3)], heads.Heads(HeadKind.PreviousToken));
        // n_ctx is 64 and there is no BOS, and the result says so.
        Assert.Equal(2, heads.Notes.Count);
    }

    [Fact]
    public void An_untrained_model_has_no_induction_heads()
    {
        HeadScores heads = HeadScores.Measure(Fixture.Open("a_attn_only_2l").Model);
        Assert.Empty(heads.OfKind(HeadKind.Induction));
        Assert.Empty(heads.OfKind(HeadKind.AntiCopyingPrefixSearch));
    }

    [Fact]
    public void The_same_seed_gives_the_same_scores_at_any_thread_count()
    {
        HookedTransformer model = Fixture.Open("e_trained").Model;
        HeadScores two = HeadScores.Measure(model);
        int threads = Parallelism.Threads;
        try
        {
            Parallelism.Threads = 1;
            Assert.Equal(two, HeadScores.Measure(model));
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    [Fact]
    public void Frequencies_exclude_the_most_and_least_common_tokens()
    {
        TransformerConfig config = HandMade.Induction().Config with { Vocabulary = 101 };
        TokenSampler sampler = new(config, 0, [.. Enumerable.Range(0, 101).Select(id => (double)id)]);
        // BOS (0) apart there are 100 tokens, 1..100 by frequency: 4 go at each end.
        Assert.Equal(Enumerable.Range(5, 92), sampler.Ids.ToArray().Order());
    }

    [Theory]
    [InlineData(11, 3)]
    [InlineData(9, 30)]
    [InlineData(64, 10)]
    public void Short_contexts_and_small_vocabularies_are_scored_with_what_fits_and_it_is_said(int context, int vocabulary)
    {
        HookedTransformer model = new(Small.Config() with { Context = context, Vocabulary = vocabulary }, 1);
        HeadScores heads = HeadScores.Measure(model);
        Assert.All(heads, head => Assert.InRange(head.PrefixMatching, 0, 1));
        Assert.NotEmpty(heads.Notes);
        Assert.Contains("no BOS", heads.Notes[0]);
    }

    [Fact]
    public void A_context_without_room_for_a_repeat_is_an_error() =>
        Assert.Contains("too short", Assert.Throws<ArgumentException>(() => HeadScores.Measure(new HookedTransformer(Small.Config() with { Context = 3 }, 1))).Message);

    [Fact]
    public void The_small_storyteller_has_previous_token_heads_and_no_induction_heads()
    {
        // Patterns of the published model on 4 × (BOS + 25 random tokens × 4), from the reference.
        SafetensorsFile file = SafetensorsFile.Open(Optional.SharedPath("fixtures/models/stories260K/rep25x4.safetensors"));
        int[] ids = [.. file.Read("tokens").Span.ToArray().Take(101).Select(id => (int)id)];
        Tensor patterns = file.Read("pattern").Reshape(5, 8, 101, 101);
        float[] prefix = [.. Enumerable.Range(0, 5).SelectMany(l => PatternScores.PrefixMatching(Ops.Slice(patterns, 0, l, 1), ids, 26))];
        float[] previous = [.. Enumerable.Range(0, 5).SelectMany(l => PatternScores.PreviousToken(Ops.Slice(patterns, 0, l, 1)))];
        // Its largest induction score is .041 on one diagonal; three earlier occurrences can be attended to.
        Assert.InRange(prefix.Max(), 0, 0.08f);
        Assert.Equal((3 * 8) + 6, Array.IndexOf(previous, previous.Max()));
        Assert.InRange(previous.Max(), 0.6f, 0.9f);
    }
}
