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
    /// <summary>Attention to what followed earlier occurrences of the query's token (<see cref="Kernels.PrefixMatching"/>).</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="tokens">[batch, key]</param>
    /// <param name="firstQuery">The first query that counts: the start of the second repeat.</param>
    /// <exception cref="ArgumentException">The pattern and the tokens do not fit together.</exception>
    public static float[] PrefixMatching(Tensor pattern, Tokens tokens, int firstQuery = 0) =>
        Mean(pattern, tokens, new PrefixMatching(firstQuery));

    /// <summary>The literal "−1" reading: attention to what came before earlier occurrences of the query's token.</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] PrefixMatchingPredecessor(Tensor pattern, Tokens tokens, int firstQuery = 0) =>
        Mean(pattern, tokens, new PrefixMatchingPredecessor(firstQuery));

    /// <summary>Attention to earlier occurrences of the query's token (<see cref="Kernels.DuplicateToken"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] DuplicateToken(Tensor pattern, Tokens tokens, int firstQuery = 0) =>
        Mean(pattern, tokens, new DuplicateToken(firstQuery));

    /// <summary>Attention to the previous position (<see cref="Kernels.PreviousToken"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] PreviousToken(Tensor pattern) => Mean(pattern, null, default(PreviousToken));

    /// <summary>Attention <paramref name="offset"/> positions back: the mean of a diagonal (<see cref="Kernels.OffsetAttention"/>).</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="offset">How many positions back.</param>
    public static float[] OffsetAttention(Tensor pattern, int offset) => Mean(pattern, null, new OffsetAttention(offset));

    /// <summary>Attention to position 0 (<see cref="Kernels.FirstToken"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] FirstToken(Tensor pattern) => Mean(pattern, null, default(FirstToken));

    /// <summary>The entropy of the rows in nats (<see cref="AttentionEntropy"/>).</summary>
    /// <inheritdoc cref="PrefixMatching"/>
    public static float[] Entropy(Tensor pattern) => Mean(pattern, null, default(AttentionEntropy));

    /// <summary>Every diagonal's mean from <paramref name="first"/> to <paramref name="last"/> positions back: [offset][head], as <see cref="OffsetAttention"/> gives one.</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="first">The smallest offset.</param>
    /// <param name="last">The largest offset.</param>
    public static float[][] OffsetAttentions(Tensor pattern, int first, int last)
    {
        (int batch, int heads, int queries, int keys) = Axes(pattern, null);
        int patterns = batch * heads;
        float[][] each = [.. Enumerable.Range(first, last - first + 1).Select(_ => new float[patterns])];
        fixed (float* pinned = pattern.Span)
        {
            float* origin = pinned;
            Parallelism.For(patterns, i =>
            {
                PointerPattern one = new(origin + ((long)i * queries * keys), queries, keys);
                for (int d = 0; d < each.Length; d++) each[d][i] = QueryMean.Of(new OffsetAttention(first + d), one, default(PointerTokens), default(VectorRows));
            });
        }
        return [.. each.Select(means => MeanOverBatch(means, heads))];
    }

    /// <summary>Any score's mean over queries and batch rows.</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="tokens">[batch, key]; null where the score does not look at tokens.</param>
    /// <param name="score">The score; its fields are its parameters.</param>
    /// <exception cref="ArgumentException">The pattern and the tokens do not fit together.</exception>
    public static float[] Mean<TScore>(Tensor pattern, Tokens? tokens, TScore score)
        where TScore : struct, IQueryScore
    {
        (int batch, int heads, int queries, int keys) = Axes(pattern, tokens);
        float[] each = new float[batch * heads];
        fixed (float* pinned = pattern.Span)
        fixed (int* pinnedIds = tokens is null ? default : tokens.Ids)
        {
            float* origin = pinned;
            int* ids = pinnedIds;
            Parallelism.For(each.Length, i => each[i] = QueryMean.Of(
                score,
                new PointerPattern(origin + ((long)i * queries * keys), queries, keys),
                new PointerTokens(ids + ((long)(i / heads) * keys), keys),
                default(VectorRows)));
        }
        return MeanOverBatch(each, heads);
    }

    /// <summary>The axes of a pattern, checked.</summary>
    /// <param name="pattern">[batch, head, query, key]</param>
    /// <param name="tokens">[batch, key]; null where there are none to fit.</param>
    /// <exception cref="ArgumentException">The pattern has other axes, or does not fit the tokens.</exception>
    public static (int Batch, int Heads, int Queries, int Keys) Axes(Tensor pattern, Tokens? tokens)
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
        return (batch, heads, queries, keys);
    }

    /// <summary>The mean of each head over the batch, without the rows that are NaN; NaN where all are.</summary>
    /// <param name="each">[batch · head]</param>
    /// <param name="heads">The number of heads.</param>
    public static float[] MeanOverBatch(ReadOnlySpan<float> each, int heads)
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
