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
        Assert.Equal(1, PreviousToken.Score(ArrayPattern.Attending(0, 0, 1, 2)));
        Assert.Equal(0, PreviousToken.Score(ArrayPattern.Attending(0, 1, 2, 3)));
        Assert.Equal(((1f / 2) + (1f / 3) + (1f / 4)) / 3, PreviousToken.Score(Uniform), 1e-6f);
        Assert.True(float.IsNaN(PreviousToken.Score(ArrayPattern.Attending(0))));
    }

    [Fact]
    public void Offset_attention_averages_one_diagonal()
    {
        Assert.Equal(1, OffsetAttention.Score(ArrayPattern.Attending(0, 0, 0, 1), 2));
        Assert.Equal(0, OffsetAttention.Score(ArrayPattern.Attending(0, 0, 0, 1), 3));
        Assert.Equal(((1f / 3) + (1f / 4)) / 2, OffsetAttention.Score(Uniform, 2), 1e-6f);
        Assert.True(float.IsNaN(OffsetAttention.Score(Uniform, 4)));
    }

    [Fact]
    public void Duplicate_token_is_one_on_the_duplicate_zero_after_it_and_adds_all_of_them()
    {
        ArrayTokens repeat = new(0, 7, 8, 9, 7, 8, 9);
        Assert.Equal(1, DuplicateToken.Score(ArrayPattern.Attending(0, 0, 0, 0, 1, 2, 3), repeat, 4));
        Assert.Equal(0, DuplicateToken.Score(ArrayPattern.Attending(0, 0, 0, 0, 2, 3, 4), repeat, 4));
        // Tokens 1 2 1 1: the query 2 gives 1/3, the query 3 gives 2/4.
        Assert.Equal(((1f / 3) + 0.5f) / 2, DuplicateToken.Score(Uniform, new ArrayTokens(1, 2, 1, 1), 0), 1e-6f);
        Assert.True(float.IsNaN(DuplicateToken.Score(Uniform, new ArrayTokens(1, 2, 3, 4), 0)));
    }

    [Fact]
    public void First_token_is_the_mean_of_the_first_column()
    {
        Assert.Equal(1, FirstToken.Score(ArrayPattern.Attending(0, 0, 0, 0)));
        // The first query can see nothing else, so 0 needs a block without it.
        Assert.Equal(0, FirstToken.Score(new ArrayPattern([0, 1, 0, 0, 0, 1], 2, 3)));
        Assert.Equal((1 + 0.5f + (1f / 3) + 0.25f) / 4, FirstToken.Score(Uniform), 1e-6f);
    }

    [Fact]
    public void Entropy_is_zero_for_one_key_and_the_log_of_the_number_of_equal_ones()
    {
        Assert.Equal(0, AttentionEntropy.Score(ArrayPattern.Attending(0, 1, 1, 0)), 1e-6f);
        Assert.Equal((MathF.Log(2) + MathF.Log(3) + MathF.Log(4)) / 4, AttentionEntropy.Score(Uniform), 1e-6f);
        // A block of one query at the end of two keys.
        Assert.Equal(MathF.Log(2), AttentionEntropy.Score(new ArrayPattern([0.5f, 0.5f], 1, 2)), 1e-6f);
    }

    [Fact]
    public void Copying_is_one_where_only_attended_tokens_are_raised()
    {
        ArrayLogits logits = new(new float[,] { { 3, 0 }, { -1, 2 } });
        ArrayPattern pattern = ArrayPattern.Attending(0, 1);
        float attended = Copying.Attended(pattern, logits, 1), total = Copying.Total(logits, 2, 2);
        Assert.Equal((5, 5), (attended, total));
        Assert.Equal(1, Copying.Score(attended, total));
        Assert.Equal(1, Copying.AlternativeScore(attended, total));
        Assert.Equal(1, Copying.SignedScore(attended, Copying.Attended(pattern, logits, -1)));
    }

    [Fact]
    public void Copying_is_minus_one_where_no_attended_token_is_raised()
    {
        ArrayLogits logits = new(new float[,] { { -3, 1 }, { 4, -2 } });
        ArrayPattern pattern = ArrayPattern.Attending(0, 1);
        float attended = Copying.Attended(pattern, logits, 1), total = Copying.Total(logits, 2, 2);
        Assert.Equal((0, 5), (attended, total));
        Assert.Equal(-1, Copying.Score(attended, total));
        Assert.Equal(-1, Copying.AlternativeScore(attended, total));
        Assert.Equal(-1, Copying.SignedScore(attended, Copying.Attended(pattern, logits, -1)));
        Assert.Equal(-1, Copying.Score(0, 0));
        Assert.Equal(-1, Copying.AlternativeScore(0, 0));
    }

    [Fact]
    public void A_hand_computed_copying_case_and_its_zeros()
    {
        // Query 0 attends to token 0 (ℓ = 2, −4); query 1 to both equally (ℓ = 1, −1): a = 2 + 0.5, lowering 0.5, A = 3.
        ArrayLogits logits = new(new float[,] { { 2, -4 }, { 1, -1 } });
        ArrayPattern pattern = ArrayPattern.Of(new float[,] { { 1, 0 }, { 0.5f, 0.5f } });
        float attended = Copying.Attended(pattern, logits, 1), lowering = Copying.Attended(pattern, logits, -1);
        Assert.Equal((2.5f, 0.5f, 3f), (attended, lowering, Copying.Total(logits, 2, 2)));
        Assert.Equal(2f / 3, Copying.Score(attended, 3), 1e-6f);
        Assert.Equal((10f / 5.5f) - 1, Copying.AlternativeScore(attended, 3), 1e-6f);
        Assert.Equal(2f / 3, Copying.SignedScore(attended, lowering), 1e-6f);
        Assert.Equal(0, Copying.Score(1, 2));
        Assert.Equal(0, Copying.AlternativeScore(1, 3), 1e-6f);
        Assert.Equal(0, Copying.SignedScore(2, 2));
        Assert.Equal(0, Copying.SignedScore(0, 0));
    }
}
