using ILGPU;
using Interp.Kernels;

namespace Interp.Device;

/// <summary>The entry points of the device's kernels: which thread computes what. What it computes stands in <c>Interp.Kernels</c>.</summary>
internal static class ScoreKernels
{
    /// <summary>Marks a query without a value: no attention and no entropy is so. NaN is not free, since a NaN in a pattern has to show.</summary>
    private const float LeftOut = float.NegativeInfinity;

    /// <summary>A thread a query of each pattern: its value of a score, [pattern, query].</summary>
    public static void Queries<TScore>(Index1D index, PatternBatch batch, TScore score, ArrayView<float> values)
        where TScore : unmanaged, IQueryScore
    {
        int pattern = index / batch.Queries, query = index % batch.Queries;
        bool has = score.TryScore(batch.Pattern(pattern), batch.TokensOf(pattern), query, default(ScalarRows), out float value);
        values[index] = has ? value : LeftOut;
    }

    /// <summary>A thread a pattern: the mean of its queries' values.</summary>
    public static void Means(Index1D pattern, ArrayView<float> values, int queries, ArrayView<float> means)
    {
        float total = 0;
        int count = 0;
        for (int q = 0; q < queries; q++)
        {
            float value = values[((long)(int)pattern * queries) + q];
            if (value == LeftOut) continue;
            total += value;
            count++;
        }
        means[pattern] = count == 0 ? float.NaN : total / count;
    }

    /// <summary>A thread a diagonal of each pattern, neighbours on neighbouring diagonals: means [offset, pattern].</summary>
    public static void Offsets(Index1D index, PatternBatch batch, int first, int count, int patterns, ArrayView<float> means)
    {
        int pattern = index / count, offset = index % count;
        means[((long)offset * patterns) + pattern] =
            QueryMean.Of(new OffsetAttention(first + offset), batch.Pattern(pattern), batch.TokensOf(pattern), default(ScalarRows));
    }

    /// <summary>A thread a query of each head: what copying is made of, [head, query], from patterns [layer, head, query, token] and logits [layer, query, head, token].</summary>
    public static void CopyingQueries(Index1D index, ArrayView<float> patterns, ArrayView<float> logits, int heads, int tokens, ArrayView<CopyingSums> sums)
    {
        int pattern = index / tokens, query = index % tokens, layer = pattern / heads, head = pattern % heads;
        DevicePattern attention = new(patterns.SubView((long)pattern * tokens * tokens, (long)tokens * tokens), tokens, tokens);
        long first = ((long)layer * tokens * heads * tokens) + ((long)head * tokens);
        DeviceMatrix contributions = new(logits.SubView(first, logits.Length - first), heads * tokens, 1);
        sums[index] = Copying.OfQuery(attention, contributions, query);
    }

    /// <summary>A thread a head: the sum over its queries.</summary>
    public static void CopyingTotals(Index1D head, ArrayView<CopyingSums> queries, int tokens, ArrayView<CopyingSums> totals)
    {
        CopyingSums sum = default;
        for (int q = 0; q < tokens; q++) sum += queries[((long)(int)head * tokens) + q];
        totals[head] = sum;
    }

    /// <summary>A thread a row and a stretch of the vocabulary, neighbours on neighbouring rows: the stretch's raise, [stretch, row].</summary>
    public static void Raise(
        Index1D index, DeviceMatrix results, DeviceMatrix unembedding, ArrayView<float> shifts, int rows, int width, int vocabulary, int stretch, ArrayView<float> sums)
    {
        int row = index % rows, first = index / rows * stretch;
        int end = first + stretch < vocabulary ? first + stretch : vocabulary;
        sums[index] = Copying.Raise(results, row, unembedding, width, first, end, shifts[row]);
    }

    /// <summary>A thread a row: the sum over the stretches.</summary>
    public static void RaiseTotals(Index1D row, ArrayView<float> stretches, int rows, int count, ArrayView<float> totals)
    {
        float sum = 0;
        for (int s = 0; s < count; s++) sum += stretches[((long)s * rows) + row];
        totals[row] = sum;
    }
}
