using System.Buffers;
using System.Numerics.Tensors;

namespace Interp.Tokenizers;

/// <summary>A merge: <paramref name="Left"/> and <paramref name="Right"/> side by side become <paramref name="Result"/>; of several the lowest rank goes first.</summary>
internal readonly record struct Merge(int Left, int Right, int Result, int Rank);

/// <summary>Tokens and merges, and the merging itself.</summary>
internal sealed class BpeVocabulary
{
    // Up to here a (SIMD) scan for the lowest rank is faster than a queue.
    private const int ShortPiece = 256;

    private readonly MergeTable _merges;
    private readonly MergeSeams _seams;
    private readonly bool[] _ordered;
    // The queue of the last piece that ended: concurrent ones make their own.
    private MergeQueue? _spare;

    /// <param name="tokens">The text of each id as the file writes it; null where an id has none.</param>
    /// <param name="merges">The merges.</param>
    public BpeVocabulary(string?[] tokens, Merge[] merges)
    {
        (Tokens, Merges) = (tokens, merges);
        Ids = new Dictionary<string, int>(tokens.Length);
        for (int id = 0; id < tokens.Length; id++)
            if (tokens[id] is string token) Ids.TryAdd(token, id);
        _merges = new MergeTable(merges);
        _seams = new MergeSeams(tokens, merges);
        _ordered = MergeQueue.Ordered(merges);
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
    public int Apply(Span<int> symbols)
    {
        if (symbols.Length <= ShortPiece) return ApplyByScan(symbols);
        int kept = 0;
        for (int start = 0, length; start < symbols.Length; start += length)
        {
            length = _seams.Next(symbols[start..]);
            Span<int> part = symbols.Slice(start, length);
            int left = length <= ShortPiece ? ApplyByScan(part) : ApplyByQueue(part);
            part[..left].CopyTo(symbols[kept..]);
            kept += left;
        }
        return kept;
    }

    private int ApplyByScan(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<int> ranks = stackalloc int[ShortPiece];
        for (int i = 0; i + 1 < count; i++) ranks[i] = _merges[symbols[i], symbols[i + 1]].Rank;
        while (count > 1)
        {
            int best = TensorPrimitives.IndexOfMin<int>(ranks[..(count - 1)]);
            if (ranks[best] == int.MaxValue) break;
            symbols[best] = _merges[symbols[best], symbols[best + 1]].Result;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            count--;
            if (best > 0) ranks[best - 1] = _merges[symbols[best - 1], symbols[best]].Rank;
            if (best + 1 < count) ranks[best] = _merges[symbols[best], symbols[best + 1]].Rank;
        }
        return count;
    }

    /// <summary>A linked list of symbols and a queue of pairs, of which stale ones are skipped.</summary>
    private int ApplyByQueue(Span<int> symbols)
    {
        MergeQueue queue = Interlocked.Exchange(ref _spare, null) ?? new MergeQueue(_ordered);
        int count = symbols.Length;
        Symbol[] list = ArrayPool<Symbol>.Shared.Rent(count);
        for (int i = 0; i < count; i++)
        {
            int rank = i + 1 < count ? _merges[symbols[i], symbols[i + 1]].Rank : int.MaxValue;
            list[i] = new Symbol { Id = symbols[i], Previous = i - 1, Next = i + 1, Rank = rank };
            queue.Add(rank, i);
        }
        while (queue.TryTake(out int rank, out int i))
        {
            ref Symbol left = ref list[i];
            if (left.Rank != rank) continue;
            ref Symbol right = ref list[left.Next];
            left.Id = _merges[left.Id, right.Id].Result;
            left.Next = right.Next;
            left.Rank = right.Rank = int.MaxValue;
            if (left.Next < count)
            {
                ref Symbol after = ref list[left.Next];
                after.Previous = i;
                left.Rank = _merges[left.Id, after.Id].Rank;
                queue.Add(left.Rank, i);
            }
            if (left.Previous < 0) continue;
            ref Symbol before = ref list[left.Previous];
            before.Rank = _merges[before.Id, left.Id].Rank;
            queue.Add(before.Rank, left.Previous);
        }
        int kept = 0;
        for (int i = 0; i < count; i = list[i].Next) symbols[kept++] = list[i].Id;
        ArrayPool<Symbol>.Shared.Return(list);
        _spare = queue;
        return kept;
    }

    /// <summary>A symbol of the linked list, with the rank of the pair that it starts.</summary>
    private struct Symbol
    {
        public int Id, Previous, Next, Rank;
    }
}
