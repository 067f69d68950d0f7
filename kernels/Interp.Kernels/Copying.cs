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

    /// <summary>a = Σ_q Σ_j p_j max(sign·ℓ_j, 0): the attention-weighted raise (<paramref name="sign"/> 1) or lowering (−1).</summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="logits">The head's contributions to the logits of the sample's tokens.</param>
    /// <param name="sign">1 or −1.</param>
    public static float Attended<TPattern, TLogits>(TPattern pattern, TLogits logits, float sign)
        where TPattern : struct, IPatternView
        where TLogits : struct, ILogitView
    {
        float total = 0;
        for (int q = 0; q < pattern.Queries; q++)
            for (int j = 0; j < pattern.Keys; j++)
            {
                float raise = sign * logits[q, j];
                if (raise > 0) total += pattern[q, j] * raise;
            }
        return total;
    }

    /// <summary>A = Σ_q Σ_j max(ℓ_j, 0) over the tokens of the sample.</summary>
    /// <param name="logits">The head's contributions to the logits of the sample's tokens.</param>
    /// <param name="queries">The number of queries.</param>
    /// <param name="tokens">The number of tokens in the sample.</param>
    public static float Total<TLogits>(TLogits logits, int queries, int tokens)
        where TLogits : struct, ILogitView
    {
        float total = 0;
        for (int q = 0; q < queries; q++)
            for (int j = 0; j < tokens; j++)
            {
                float raise = logits[q, j];
                if (raise > 0) total += raise;
            }
        return total;
    }
}
