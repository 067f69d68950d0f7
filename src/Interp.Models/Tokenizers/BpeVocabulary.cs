using System.Runtime.InteropServices;

namespace Interp.Tokenizers;

/// <summary>A merge: <paramref name="Left"/> and <paramref name="Right"/> side by side become <paramref name="Result"/>; of several the lowest rank goes first.</summary>
internal readonly record struct Merge(int Left, int Right, int Result, int Rank);

/// <summary>Tokens and merges, and the merging itself.</summary>
internal sealed class BpeVocabulary
{
    // Up to here a scan for the lowest rank is faster than a heap.
    private const int ShortPiece = 24;

    private readonly Dictionary<ulong, (int Rank, int Result)> _merges;

    /// <param name="tokens">The text of each id as the file writes it; null where an id has none.</param>
    /// <param name="merges">The merges.</param>
    public BpeVocabulary(string?[] tokens, Merge[] merges)
    {
        (Tokens, Merges) = (tokens, merges);
        Ids = new Dictionary<string, int>(tokens.Length);
        for (int id = 0; id < tokens.Length; id++)
            if (tokens[id] is string token) Ids.TryAdd(token, id);
        _merges = new Dictionary<ulong, (int, int)>(merges.Length);
        foreach (Merge merge in merges) _merges.TryAdd(Key(merge.Left, merge.Right), (merge.Rank, merge.Result));
    }

    /// <summary>The text of each id as the file writes it.</summary>
    public string?[] Tokens { get; }

    /// <summary>The merges.</summary>
    public Merge[] Merges { get; }

    /// <summary>Ids by text.</summary>
    public Dictionary<string, int> Ids { get; }

    /// <summary>Every way in which two tokens make a third, ranked by the third's rank: for vocabularies that come without merges.</summary>
    public static Merge[] MergesOf(string?[] tokens, Func<int, int> rank)
    {
        Dictionary<string, int> ids = [];
        for (int id = 0; id < tokens.Length; id++)
            if (tokens[id] is { Length: > 0 } token) ids.TryAdd(token, id);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        List<Merge> merges = [];
        foreach ((string token, int id) in ids)
            for (int cut = 1; cut < token.Length; cut++)
                if (lookup.TryGetValue(token.AsSpan(0, cut), out int left) && lookup.TryGetValue(token.AsSpan(cut), out int right))
                    merges.Add(new Merge(left, right, id, rank(id)));
        return [.. merges];
    }

    /// <summary>Merges in place until no pair has a merge; returns how many symbols are left at the front.</summary>
    public int Apply(Span<int> symbols) => symbols.Length <= ShortPiece ? ApplyByScan(symbols) : ApplyByHeap(symbols);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int ApplyByScan(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<(int Rank, int Result)> pairs = stackalloc (int, int)[ShortPiece];
        for (int i = 0; i + 1 < count; i++) pairs[i] = Pair(symbols[i], symbols[i + 1]);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i + 1 < count; i++)
                if (pairs[i].Rank < pairs[best].Rank) best = i;
            if (pairs[best].Rank == int.MaxValue) break;
            symbols[best] = pairs[best].Result;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            if (best + 2 < count) pairs[(best + 2)..count].CopyTo(pairs[(best + 1)..]);
            count--;
            if (best > 0) pairs[best - 1] = Pair(symbols[best - 1], symbols[best]);
            if (best + 1 < count) pairs[best] = Pair(symbols[best], symbols[best + 1]);
        }
        return count;
    }

    /// <summary>O(n log n): a linked list of symbols and a heap of pairs, of which stale ones are skipped.</summary>
    private int ApplyByHeap(Span<int> symbols)
    {
        int count = symbols.Length;
        int[] next = new int[count], previous = new int[count];
        // The priority is the rank, then the position: the leftmost of equals.
        List<(ulong Priority, int Result)> first = new(count);
        for (int i = 0; i < count; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            if (i + 1 < count && Pair(symbols[i], symbols[i + 1]) is { Rank: < int.MaxValue } pair) first.Add((Priority(pair.Rank, i), pair.Result));
        }
        PriorityQueue<int, ulong> heap = new(first.Select(p => (p.Result, p.Priority)));
        while (heap.TryDequeue(out int result, out ulong priority))
        {
            int i = (int)(uint)priority;
            int j = symbols[i] < 0 ? count : next[i];
            if (j >= count || Pair(symbols[i], symbols[j]) is var now && (now.Result != result || (uint)now.Rank != (uint)(priority >> 32))) continue;
            symbols[i] = result;
            symbols[j] = -1;
            int after = next[i] = next[j];
            if (after < count)
            {
                previous[after] = i;
                if (Pair(result, symbols[after]) is { Rank: < int.MaxValue } right) heap.Enqueue(right.Result, Priority(right.Rank, i));
            }
            int before = previous[i];
            if (before >= 0 && Pair(symbols[before], result) is { Rank: < int.MaxValue } left) heap.Enqueue(left.Result, Priority(left.Rank, before));
        }
        int kept = 0;
        foreach (int symbol in symbols)
            if (symbol >= 0) symbols[kept++] = symbol;
        return kept;
    }

    private static ulong Priority(int rank, int position) => ((ulong)(uint)rank << 32) | (uint)position;

    private (int Rank, int Result) Pair(int left, int right)
    {
        ref (int, int) found = ref CollectionsMarshal.GetValueRefOrNullRef(_merges, Key(left, right));
        return System.Runtime.CompilerServices.Unsafe.IsNullRef(ref found) ? (int.MaxValue, -1) : found;
    }
}
