namespace Interp.Kernels.Tests;

public class PrefixMatchingTests
{
    // BOS and two repeats of 7 8 9.
    private static readonly ArrayTokens Repeat = new(0, 7, 8, 9, 7, 8, 9);

    [Fact]
    public void Attention_to_what_followed_the_earlier_occurrence_scores_one() =>
        Assert.Equal(1, Scalar.Mean(new PrefixMatching(4), ArrayPattern.Attending(0, 0, 0, 0, 2, 3, 4), Repeat));

    [Fact]
    public void The_last_token_of_a_repeat_is_followed_by_the_first_of_the_next()
    {
        // The token 9 at position 6 occurred at 3; position 4 follows it. BOS does not, whatever a matrix roll says.
        Assert.Equal(2f / 3, Scalar.Mean(new PrefixMatching(4), ArrayPattern.Attending(0, 0, 0, 0, 2, 3, 0), Repeat), 1e-6f);
        Assert.Equal(1f / 3, Scalar.Mean(new PrefixMatching(4), ArrayPattern.Attending(0, 0, 0, 0, 0, 0, 4), Repeat), 1e-6f);
    }

    [Fact]
    public void Attention_to_the_duplicates_themselves_scores_zero() =>
        Assert.Equal(0, Scalar.Mean(new PrefixMatching(4), ArrayPattern.Attending(0, 0, 0, 0, 1, 2, 3), Repeat));

    [Fact]
    public void A_hand_computed_case_adds_every_earlier_occurrence()
    {
        // Token 5 at 0, 2 and 4: for the query 4, positions 1 and 3 follow occurrences (0.2 + 0.3); for the query 2, position 1 (0.6).
        ArrayTokens tokens = new(5, 1, 5, 2, 5);
        ArrayPattern pattern = ArrayPattern.Of(new float[,]
        {
            { 1, 0, 0, 0, 0 },
            { 0.5f, 0.5f, 0, 0, 0 },
            { 0.3f, 0.6f, 0.1f, 0, 0 },
            { 0.25f, 0.25f, 0.25f, 0.25f, 0 },
            { 0.1f, 0.2f, 0.15f, 0.3f, 0.25f },
        });
        Assert.Equal((0.6f + 0.5f) / 2, Scalar.Mean(new PrefixMatching(0), pattern, tokens), 1e-6f);
        Assert.Equal(0.5f, Scalar.Mean(new PrefixMatching(3), pattern, tokens), 1e-6f);
    }

    [Fact]
    public void An_occurrence_right_before_the_query_has_no_earlier_position_after_it()
    {
        ArrayTokens tokens = new(3, 3, 3);
        // The query 2: the occurrence at 0 is followed by 1; that at 1 by the query itself. The query 1 has no target.
        Assert.Equal(1, Scalar.Mean(new PrefixMatching(0), ArrayPattern.Attending(0, 0, 1), tokens));
        Assert.Equal(0, Scalar.Mean(new PrefixMatching(0), ArrayPattern.Attending(0, 0, 2), tokens));
    }

    [Fact]
    public void Without_a_repeated_token_there_is_nothing_to_average() =>
        Assert.True(float.IsNaN(Scalar.Mean(new PrefixMatching(0), ArrayPattern.Attending(0, 0, 1), new ArrayTokens(1, 2, 3))));

    [Fact]
    public void The_literal_reading_scores_the_predecessors()
    {
        Assert.Equal(1, Scalar.Mean(new PrefixMatchingPredecessor(4), ArrayPattern.Attending(0, 0, 0, 0, 0, 1, 2), Repeat));
        Assert.Equal(0, Scalar.Mean(new PrefixMatchingPredecessor(4), ArrayPattern.Attending(0, 0, 0, 0, 2, 3, 4), Repeat));
        // Half of one query in three.
        ArrayPattern half = ArrayPattern.Of(new float[,]
        {
            { 1, 0, 0, 0, 0, 0, 0 }, { 1, 0, 0, 0, 0, 0, 0 }, { 1, 0, 0, 0, 0, 0, 0 }, { 1, 0, 0, 0, 0, 0, 0 },
            { 0, 1, 0, 0, 0, 0, 0 }, { 0, 0.5f, 0.5f, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0, 0 },
        });
        Assert.Equal(0.5f / 3, Scalar.Mean(new PrefixMatchingPredecessor(4), half, Repeat), 1e-6f);
    }

    [Fact]
    public void An_occurrence_at_the_start_has_no_predecessor() =>
        Assert.True(float.IsNaN(Scalar.Mean(new PrefixMatchingPredecessor(0), ArrayPattern.Attending(0, 0, 0), new ArrayTokens(4, 1, 4))));

    [Fact]
    public void Queries_of_a_shorter_block_stand_at_the_end_of_the_keys()
    {
        // The last three queries of the repeat alone, as with a key-value cache.
        float[] values = new float[3 * 7];
        values[2] = values[7 + 3] = values[14 + 4] = 1;
        Assert.Equal(1, Scalar.Mean(new PrefixMatching(0), new ArrayPattern(values, 3, 7), Repeat));
    }
}
