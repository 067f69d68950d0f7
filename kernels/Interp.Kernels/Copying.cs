namespace Interp.Kernels;

/// <summary>Copying: does a head raise the logits of the tokens that it attends to (Olsson et al. 2022, head activation evaluators)?</summary>
/// <remarks>
/// At query q let ℓ_j be the head's contribution to the logit of the token at j (less the mean over the vocabulary), r_j = max(ℓ_j, 0) the
/// raise and p_j the attention. The raise on the attended tokens is a = Σ_j p_j r_j; the raise on all tokens of the sample A = Σ_j r_j.
/// The paper's wordings leave the scale open, so both readings are here. Their zero means "half (or a third) of the raise", and a head that
/// raises tokens regardless of its attention scores about 2/n − 1 with n tokens. <see cref="SignedScore"/> has its zero where attended tokens are
/// raised as much as lowered, so its sign tells copying from anti-copying.
/// </remarks>
public static class Copying
{
    /// <summary>s = 2·a/A − 1 in [−1, 1]: −1 where no attended token is raised (also where A = 0), 1 where only attended tokens are.</summary>
    /// <param name="attendedRaise">a: the attention-weighted raise, summed over queries.</param>
    /// <param name="totalRaise">A: the raise on all tokens, summed over queries.</param>
    public static float Score(float attendedRaise, float totalRaise) =>
        totalRaise > 0 ? (2 * attendedRaise / totalRaise) - 1 : -1;

    /// <summary>The other reading, s = 4a/(a + A) − 1 in [−1, 1].</summary>
    /// <param name="attendedRaise">a: the attention-weighted raise, summed over queries.</param>
    /// <param name="totalRaise">A: the raise on all tokens, summed over queries.</param>
    public static float AlternativeScore(float attendedRaise, float totalRaise) =>
        attendedRaise + totalRaise > 0 ? (4 * attendedRaise / (attendedRaise + totalRaise)) - 1 : -1;

    /// <summary>Σ_j p_j ℓ_j / Σ_j p_j |ℓ_j| over all queries, in [−1, 1]: 1 where every attended token is raised, −1 where every one is lowered, 0 where neither.</summary>
    /// <param name="attendedRaise">a = Σ p max(ℓ, 0), summed over queries.</param>
    /// <param name="attendedLowering">Σ p max(−ℓ, 0), summed over queries.</param>
    public static float SignedScore(float attendedRaise, float attendedLowering) =>
        attendedRaise + attendedLowering > 0 ? (attendedRaise - attendedLowering) / (attendedRaise + attendedLowering) : 0;

    /// <summary>The sums of one query over the tokens of the sample.</summary>
    /// <param name="pattern">Attention [query, key], a key for each token.</param>
    /// <param name="logits">[query, token]: the head's contributions to the logits of the sample's tokens, less the mean over the vocabulary.</param>
    /// <param name="query">The row of the pattern.</param>
    public static CopyingSums OfQuery<TPattern, TLogits>(TPattern pattern, TLogits logits, int query)
        where TPattern : struct, IPatternView
        where TLogits : struct, IMatrixView
    {
        float attended = 0, lowered = 0, total = 0;
        for (int j = 0; j < pattern.Keys; j++)
        {
            float logit = logits[query, j], p = pattern[query, j];
            if (logit > 0)
            {
                attended += p * logit;
                total += logit;
            }
            else
            {
                lowered -= p * logit;
            }
        }
        return new(attended, lowered, total);
    }

    /// <summary>The sums of all queries over the tokens of the sample.</summary>
    /// <param name="pattern">Attention [query, key], a key for each token.</param>
    /// <param name="logits">[query, token]: the head's contributions to the logits of the sample's tokens, less the mean over the vocabulary.</param>
    public static CopyingSums Of<TPattern, TLogits>(TPattern pattern, TLogits logits)
        where TPattern : struct, IPatternView
        where TLogits : struct, IMatrixView
    {
        CopyingSums sums = default;
        for (int q = 0; q < pattern.Queries; q++) sums += OfQuery(pattern, logits, q);
        return sums;
    }

    /// <summary>The raise on a stretch of the vocabulary, streamed: Σ_v max(Σ_i x[row, i]·u[v, i] − shift, 0); no logit is stored.</summary>
    /// <param name="results">Head results as the unembedding sees them, [row, d_model].</param>
    /// <param name="row">The row of <paramref name="results"/>.</param>
    /// <param name="unembedding">The unembedding's directions, [vocabulary, d_model].</param>
    /// <param name="width">d_model.</param>
    /// <param name="first">The first token id of the stretch.</param>
    /// <param name="end">The first token id after it.</param>
    /// <param name="shift">The row's mean logit over the vocabulary.</param>
    public static float Raise<TResults, TUnembedding>(TResults results, int row, TUnembedding unembedding, int width, int first, int end, float shift)
        where TResults : struct, IMatrixView
        where TUnembedding : struct, IMatrixView
    {
        float sum = 0;
        for (int v = first; v < end; v++)
        {
            float logit = -shift;
            for (int i = 0; i < width; i++) logit += results[row, i] * unembedding[v, i];
            if (logit > 0) sum += logit;
        }
        return sum;
    }
}
