using Interp.Kernels;
using Interp.Scores;

namespace Interp;

/// <summary>Every head's score from a layer's attention pattern: the kernels of <c>Interp.Kernels</c> on the CPU, with SIMD and in parallel over batch × head.</summary>
/// <remarks>
/// Each method takes a pattern [batch, head, query, key] and gives one number a head, the mean over the batch (rows where a score is
/// undefined are left out; NaN where it is undefined in all).
/// <code>float[] scores = PatternScores.PrefixMatching(run.Cache.Pattern(1), tokens, firstQuery: 26);</code>
/// </remarks>
public static unsafe class PatternScores
{
    private delegate float Score(PointerPattern pattern, PointerTokens tokens);

    /// <summary>Attention to what followed earlier occurrences of the query's token (<see cref="Kernels.PrefixMatching"/>).</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="tokens">[batch, key]</param>
    /// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
    /// <exception cref="ArgumentException">The pattern and the tokens do not fit together.</exception>
    public static float[] PrefixMatching(Tensor pattern, Tokens tokens, int firstQuery = 0) =>
        Run(pattern, tokens, (p, t) => Kernels.PrefixMatching.Score(p, t, firstQuery, default(VectorRows)));

    /// <summary>The literal "−1" reading: attention to what came before earlier occurrences of the query's token.</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] PrefixMatchingPredecessor(Tensor pattern, Tokens tokens, int firstQuery = 0) =>
        Run(pattern, tokens, (p, t) => Kernels.PrefixMatching.PredecessorScore(p, t, firstQuery, default(VectorRows)));

    /// <summary>Attention to earlier occurrences of the query's token (<see cref="Kernels.DuplicateToken"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] DuplicateToken(Tensor pattern, Tokens tokens, int firstQuery = 0) =>
        Run(pattern, tokens, (p, t) => Kernels.DuplicateToken.Score(p, t, firstQuery, default(VectorRows)));

    /// <summary>Attention to the previous position (<see cref="Kernels.PreviousToken"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] PreviousToken(Tensor pattern) => Run(pattern, null, (p, _) => Kernels.PreviousToken.Score(p));

    /// <summary>Attention <paramref name="offset"/> positions back: the mean of a diagonal (<see cref="Kernels.OffsetAttention"/>).</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="offset">How many positions back.</param>
    public static float[] OffsetAttention(Tensor pattern, int offset) => Run(pattern, null, (p, _) => Kernels.OffsetAttention.Score(p, offset));

    /// <summary>Attention to position 0 (<see cref="Kernels.FirstToken"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] FirstToken(Tensor pattern) => Run(pattern, null, (p, _) => Kernels.FirstToken.Score(p));

    /// <summary>The entropy of the rows in nats (<see cref="AttentionEntropy"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] Entropy(Tensor pattern) => Run(pattern, null, (p, _) => AttentionEntropy.Score(p, default(VectorRows)));

    /// <summary>Every diagonal's mean from 0 to <paramref name="last"/> positions back: [offset][head], as <see cref="OffsetAttention"/> gives one.</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="last">The largest offset.</param>
    public static float[][] OffsetAttentions(Tensor pattern, int last)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        float[][] offsets = [.. Enumerable.Range(0, last + 1).Select(_ => new float[pattern.Shape[1]])];
        float[][] each = new float[pattern.Shape[0] * pattern.Shape[1]][];
        int heads = pattern.Shape[1], queries = pattern.Shape[2], keys = pattern.Shape[3];
        fixed (float* pinned = pattern.Span)
        {
            float* origin = pinned;
            Parallelism.For(each.Length, i =>
            {
                PointerPattern one = new(origin + ((long)i * queries * keys), queries, keys);
                float[] means = new float[last + 1];
                for (int d = 0; d <= last; d++) means[d] = Kernels.OffsetAttention.Score(one, d);
                each[i] = means;
            });
        }
        for (int d = 0; d <= last; d++) offsets[d] = MeanOverBatch([.. each.Select(means => means[d])], heads);
        return offsets;
    }

    private static float[] Run(Tensor pattern, Tokens? tokens, Score score)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Rank != 4)
            throw new ArgumentException($"A pattern has the axes [batch, head, query, key]; this tensor has {pattern.Rank} axes.", nameof(pattern));
        (int batch, int heads, int queries, int keys) = (pattern.Shape[0], pattern.Shape[1], pattern.Shape[2], pattern.Shape[3]);
        if (tokens is not null && (tokens.Batch != batch || tokens.Positions != keys))
        {
            throw new ArgumentException(
                $"A pattern of {batch} sequences with {keys} keys needs tokens [{batch}, {keys}], not [{tokens.Batch}, {tokens.Positions}].", nameof(tokens));
        }
        float[] each = new float[batch * heads];
        fixed (float* pinned = pattern.Span)
        fixed (int* pinnedIds = tokens is null ? default : tokens.Ids)
        {
            float* origin = pinned;
            int* ids = pinnedIds;
            Parallelism.For(each.Length, i =>
                each[i] = score(new(origin + ((long)i * queries * keys), queries, keys), new(ids + ((long)(i / heads) * keys), keys)));
        }
        return MeanOverBatch(each, heads);
    }

    private static float[] MeanOverBatch(float[] each, int heads)
    {
        float[] means = new float[heads];
        for (int h = 0; h < heads; h++)
        {
            double sum = 0;
            int count = 0;
            for (int i = h; i < each.Length; i += heads)
            {
                if (float.IsNaN(each[i])) continue;
                sum += each[i];
                count++;
            }
            means[h] = count == 0 ? float.NaN : (float)(sum / count);
        }
        return means;
    }
}
