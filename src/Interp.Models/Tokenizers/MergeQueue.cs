using System.Buffers;
using System.Numerics;

namespace Interp.Tokenizers;

/// <summary>Pairs by rank, then by position, in time that grows with their number alone where merging raises the rank.</summary>
/// <remarks>
/// In a trained vocabulary a token is in merges of higher ranks than the merge that made it. So the ranks are gone through in ascending order, with a bucket
/// of positions each. What other vocabularies add at or below the present rank waits in a heap.
/// </remarks>
/// <param name="ordered">By rank: whether the order of its pairs matters.</param>
internal sealed class MergeQueue(bool[] ordered)
{
    private const int SmallestBucket = 16;

    private readonly (int[]? Positions, int Count)[] _buckets = new (int[]?, int)[ordered.Length];
    // A bit a bucket: whether it holds something.
    private readonly ulong[] _filled = new ulong[(ordered.Length + 63) / 64];
    private readonly MergeHeap _early = new();
    private int[] _open = [];
    private int _at, _end, _rank = -1;

    /// <summary>By rank: whether the order in which its pairs are merged can matter.</summary>
    /// <remarks>It cannot where they are all of the same two different tokens, so that no two overlap, and what they make merges later.</remarks>
    public static bool[] Ordered(Merge[] merges)
    {
        int[] uses = new int[merges.Select(merge => Math.Max(merge.Result, Math.Max(merge.Left, merge.Right)) + 1).DefaultIfEmpty().Max()];
        Array.Fill(uses, int.MaxValue);
        foreach (Merge merge in merges)
        {
            uses[merge.Left] = Math.Min(uses[merge.Left], merge.Rank);
            uses[merge.Right] = Math.Min(uses[merge.Right], merge.Rank);
        }
        int ranks = merges.Select(merge => merge.Rank + 1).DefaultIfEmpty().Max();
        bool[] ordered = new bool[ranks], seen = new bool[ranks];
        foreach (Merge merge in merges)
        {
            ordered[merge.Rank] |= seen[merge.Rank] || merge.Left == merge.Right || uses[merge.Result] <= merge.Rank;
            seen[merge.Rank] = true;
        }
        return ordered;
    }

    /// <summary>Adds a pair; one that does not merge (rank <see cref="int.MaxValue"/>) is left out.</summary>
    public void Add(int rank, int position)
    {
        if (rank == int.MaxValue) return;
        if (rank <= _rank)
        {
            _early.Add(MergeHeap.Entry(rank, position));
            return;
        }
        ref (int[]? Positions, int Count) bucket = ref _buckets[rank];
        if (bucket.Positions is null)
        {
            bucket.Positions = ArrayPool<int>.Shared.Rent(SmallestBucket);
            _filled[rank / 64] |= 1UL << rank;
        }
        else if (bucket.Count == bucket.Positions.Length)
        {
            int[] larger = ArrayPool<int>.Shared.Rent(2 * bucket.Count);
            bucket.Positions.CopyTo(larger, 0);
            ArrayPool<int>.Shared.Return(bucket.Positions);
            bucket.Positions = larger;
        }
        bucket.Positions[bucket.Count++] = position;
    }

    /// <summary>Takes the first pair. After the last one the queue is as new.</summary>
    public bool TryTake(out int rank, out int position)
    {
        while (true)
        {
            ulong early = _early.First;
            if (early != ulong.MaxValue && (_at == _end || early < MergeHeap.Entry(_rank, _open[_at])))
            {
                _early.Take();
                (rank, position) = ((int)(early >> 32), (int)(uint)early);
                return true;
            }
            if (_at < _end)
            {
                (rank, position) = (_rank, _open[_at++]);
                return true;
            }
            if (OpenNext()) continue;
            (rank, position) = (0, 0);
            return false;
        }
    }

    /// <summary>Goes on to the next bucket that holds something.</summary>
    private bool OpenNext()
    {
        if (_rank >= 0) ArrayPool<int>.Shared.Return(_open);
        (_open, _at, _end) = ([], 0, 0);
        int from = (_rank + 1) / 64;
        int word = from < _filled.Length ? _filled.AsSpan(from).IndexOfAnyExcept(0UL) : -1;
        if (word < 0)
        {
            _rank = -1;
            return false;
        }
        word += from;
        _rank = (64 * word) + BitOperations.TrailingZeroCount(_filled[word]);
        _filled[word] &= _filled[word] - 1;
        (_open, _end) = (_buckets[_rank].Positions!, _buckets[_rank].Count);
        _buckets[_rank] = default;
        if (ordered[_rank]) Sort(_open.AsSpan(0, _end));
        return true;
    }

    private static void Sort(Span<int> positions)
    {
        for (int i = 1; i < positions.Length; i++)
        {
            if (positions[i - 1] <= positions[i]) continue;
            positions.Sort();
            return;
        }
    }
}
