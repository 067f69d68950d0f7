namespace Interp.Kernels;

/// <summary>One head's attention pattern on one sequence, as a struct that a CPU loop or a GPU kernel can hold.</summary>
/// <remarks>
/// The scores are methods generic over this interface (<c>where TPattern : struct, IPatternView</c>), so the same body is compiled for
/// an array on the CPU and for a device buffer. Query <c>q</c> stands at position <c>q + Keys − Queries</c> and sees the keys up to there.
/// </remarks>
public interface IPatternView
{
    /// <summary>The number of queries (rows).</summary>
    int Queries { get; }

    /// <summary>The number of keys (columns).</summary>
    int Keys { get; }

    /// <summary>The attention that <paramref name="query"/> pays to <paramref name="key"/>.</summary>
    float this[int query, int key] { get; }

    /// <summary>Where row <paramref name="query"/> begins; its <see cref="Keys"/> entries are adjacent. For SIMD code only: the scores themselves use the indexer.</summary>
    ref readonly float Row(int query);
}
