namespace Interp.Kernels.Tests;

public class OtherScoreTests
{
    private static readonly ArrayPattern Uniform = ArrayPattern.Of(new float[,]
    {
        { 1, 0, 0, 0 }, { 0.5f, 0.5f, 0, 0 }, { 1f / 3, 1f / 3, 1f / 3, 0 }, { 0.25f, 0.25f, 0.25f, 0.25f },
    });

    [Fact]
    public void Previous_token_is_one_for_a_shift_zero_for_self_attention_and_the_subdiagonal_mean_otherwise()
    {
        Assert.Equal(1, Scalar.Mean(new PreviousToken(), ArrayPattern.Attending(0, 0, 1, 2)));
        Assert.Equal(0, Scalar.Mean(new PreviousToken(), ArrayPattern.Attending(0, 1, 2, 3)));
        Assert.Equal(((1f / 2) + (1f / 3) + (1f / 4)) / 3, Scalar.Mean(new PreviousToken(), Uniform), 1e-6f);
        Assert.True(float.IsNaN(Scalar.Mean(new PreviousToken(), ArrayPattern.Attending(0))));
    }

    [Fact]
    public void Offset_attention_averages_one_diagonal()
    {
        Assert.Equal(1, Scalar.Mean(new OffsetAttention(2), ArrayPattern.Attending(0, 0, 0, 1)));
        Assert.Equal(0, Scalar.Mean(new OffsetAttention(3), ArrayPattern.Attending(0, 0, 0, 1)));
        Assert.Equal(((1f / 3) + (1f / 4)) / 2, Scalar.Mean(new OffsetAttention(2), Uniform), 1e-6f);
        Assert.True(float.IsNaN(Scalar.Mean(new OffsetAttention(4), Uniform)));
    }

    [Fact]
    public void Duplicate_token_is_one_on_the_duplicate_zero_after_it_and_adds_all_of_them()
    {
        ArrayTokens repeat = new(0, 7, 8, 9, 7, 8, 9);
        Assert.Equal(1, Scalar.Mean(new DuplicateToken(4), ArrayPattern.Attending(0, 0, 0, 0, 1, 2, 3), repeat));
        Assert.Equal(0, Scalar.Mean(new DuplicateToken(4), ArrayPattern.Attending(0, 0, 0, 0, 2, 3, 4), repeat));
        // Tokens 1 2 1 1: the query 2 gives 1/3, the query 3 gives 2/4.
        Assert.Equal(((1f / 3) + 0.5f) / 2, Scalar.Mean(new DuplicateToken(0), Uniform, new ArrayTokens(1, 2, 1, 1)), 1e-6f);
        Assert.True(float.IsNaN(Scalar.Mean(new DuplicateToken(0), Uniform, new ArrayTokens(1, 2, 3, 4))));
    }

    [Fact]
    public void First_token_is_the_mean_of_the_first_column()
    {
        Assert.Equal(1, Scalar.Mean(new FirstToken(), ArrayPattern.Attending(0, 0, 0, 0)));
        // The first query can see nothing else, so 0 needs a block without it.
        Assert.Equal(0, Scalar.Mean(new FirstToken(), new ArrayPattern([0, 1, 0, 0, 0, 1], 2, 3)));
        Assert.Equal((1 + 0.5f + (1f / 3) + 0.25f) / 4, Scalar.Mean(new FirstToken(), Uniform), 1e-6f);
    }

    [Fact]
    public void Entropy_is_zero_for_one_key_and_the_log_of_the_number_of_equal_ones()
    {
        Assert.Equal(0, Scalar.Mean(new AttentionEntropy(), ArrayPattern.Attending(0, 1, 1, 0)), 1e-6f);
        Assert.Equal((MathF.Log(2) + MathF.Log(3) + MathF.Log(4)) / 4, Scalar.Mean(new AttentionEntropy(), Uniform), 1e-6f);
        // A block of one query at the end of two keys.
        Assert.Equal(MathF.Log(2), Scalar.Mean(new AttentionEntropy(), new ArrayPattern([0.5f, 0.5f], 1, 2)), 1e-6f);
    }

    [Fact]
    public void Copying_is_one_where_only_attended_tokens_are_raised()
    {
        ArrayMatrix logits = new(new float[,] { { 3, 0 }, { -1, 2 } });
        ArrayPattern pattern = ArrayPattern.Attending(0, 1);
        CopyingSums sums = Copying.Of(pattern, logits);
        Assert.Equal(new CopyingSums(5, 0, 5), sums);
        Assert.Equal(1, Copying.Score(sums.Attended, sums.Total));
        Assert.Equal(1, Copying.AlternativeScore(sums.Attended, sums.Total));
        Assert.Equal(1, Copying.SignedScore(sums.Attended, sums.Lowered));
    }

    [Fact]
    public void Copying_is_minus_one_where_no_attended_token_is_raised()
    {
        ArrayMatrix logits = new(new float[,] { { -3, 1 }, { 4, -2 } });
        ArrayPattern pattern = ArrayPattern.Attending(0, 1);
        CopyingSums sums = Copying.Of(pattern, logits);
        Assert.Equal(new CopyingSums(0, 5, 5), sums);
        Assert.Equal(-1, Copying.Score(sums.Attended, sums.Total));
        Assert.Equal(-1, Copying.AlternativeScore(sums.Attended, sums.Total));
        Assert.Equal(-1, Copying.SignedScore(sums.Attended, sums.Lowered));
        Assert.Equal(-1, Copying.Score(0, 0));
        Assert.Equal(-1, Copying.AlternativeScore(0, 0));
    }

    [Fact]
    public void A_hand_computed_copying_case_and_its_zeros()
    {
        // Query 0 attends to token 0 (ℓ = 2, −4); query 1 to both equally (ℓ = 1, −1): a = 2 + 0.5, lowering 0.5, A = 3.
        ArrayMatrix logits = new(new float[,] { { 2, -4 }, { 1, -1 } });
        ArrayPattern pattern = ArrayPattern.Of(new float[,] { { 1, 0 }, { 0.5f, 0.5f } });
        Assert.Equal(new CopyingSums(2.5f, 0.5f, 3), Copying.Of(pattern, logits));
        Assert.Equal(2f / 3, Copying.Score(2.5f, 3), 1e-6f);
        Assert.Equal((10f / 5.5f) - 1, Copying.AlternativeScore(2.5f, 3), 1e-6f);
        Assert.Equal(2f / 3, Copying.SignedScore(2.5f, 0.5f), 1e-6f);
        Assert.Equal(0, Copying.Score(1, 2));
        Assert.Equal(0, Copying.AlternativeScore(1, 3), 1e-6f);
        Assert.Equal(0, Copying.SignedScore(2, 2));
        Assert.Equal(0, Copying.SignedScore(0, 0));
    }

    [Fact]
    public void The_streamed_raise_adds_what_each_logit_has_above_its_row_s_mean()
    {
        // Row 1 is (2, −1): logits 2, −1, 1, 4 with the mean 1.5 leave 0.5 and 2.5.
        ArrayMatrix results = new(new float[,] { { 9, 9 }, { 2, -1 } }), unembedding = new(new float[,] { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 2, 0 } });
        Assert.Equal(3, Copying.Raise(results, 1, unembedding, 2, 0, 4, 1.5f));
        Assert.Equal(2.5f, Copying.Raise(results, 1, unembedding, 2, 1, 4, 1.5f));
        Assert.Equal(0, Copying.Raise(results, 1, unembedding, 2, 1, 3, 1.5f));
    }
}
