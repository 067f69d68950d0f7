using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Interp.Tokenizers;

/// <summary>A merge: <paramref name="Left"/> and <paramref name="Right"/> side by side become <paramref name="Result"/>; of several the lowest rank goes first.</summary>
internal readonly record struct Merge(int Left, int Right, int Result, int Rank);

/// <summary>Tokens and merges, and the merging itself.</summary>
internal sealed class BpeVocabulary
{
    // Up to here a (SIMD) scan for the lowest rank is faster than a heap.
    private const int ShortPiece = 256;

    private static readonly (int Rank, int Result) s_none = (int.MaxValue, -1);

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

    // Times an odd constant: still one key a pair, and .NET's hash of it (the xor of its halves) spreads.
    private static ulong Key(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) * 0x9E3779B97F4A7C15;

    private int ApplyByScan(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<int> ranks = stackalloc int[ShortPiece];
        for (int i = 0; i + 1 < count; i++) ranks[i] = Pair(symbols[i], symbols[i + 1]).Rank;
        while (count > 1)
        {
            int best = TensorPrimitives.IndexOfMin<int>(ranks[..(count - 1)]);
            if (ranks[best] == int.MaxValue) break;
            symbols[best] = Pair(symbols[best], symbols[best + 1]).Result;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            count--;
            if (best > 0) ranks[best - 1] = Pair(symbols[best - 1], symbols[best]).Rank;
            if (best + 1 < count) ranks[best] = Pair(symbols[best], symbols[best + 1]).Rank;
        }
        return count;
    }

    /// <summary>O(n log n): a linked list of symbols and a heap of pairs, of which stale ones are skipped.</summary>
    private int ApplyByHeap(Span<int> symbols)
    {
        int count = symbols.Length;
        int[] next = new int[count], previous = new int[count];
        // What the pair that starts at a position is now: an entry of the heap with another rank is stale.
        (int Rank, int Result)[] pairs = new (int, int)[count];
        MergeHeap heap = new(count);
        for (int i = 0; i < count; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            pairs[i] = i + 1 < count ? Pair(symbols[i], symbols[i + 1]) : s_none;
            heap.Append(pairs[i].Rank, i);
        }
        heap.Order();
        while (heap.TryTake(out int rank, out int i))
        {
            if (pairs[i].Rank != rank) continue;
            int j = next[i], after = next[j], before = previous[i];
            symbols[i] = pairs[i].Result;
            symbols[j] = -1;
            pairs[j] = s_none;
            next[i] = after;
            if (after < count) previous[after] = i;
            pairs[i] = after < count ? Pair(symbols[i], symbols[after]) : s_none;
            heap.Add(pairs[i].Rank, i);
            if (before < 0) continue;
            pairs[before] = Pair(symbols[before], symbols[i]);
            heap.Add(pairs[before].Rank, before);
        }
        int kept = 0;
        foreach (int symbol in symbols)
            if (symbol >= 0) symbols[kept++] = symbol;
        return kept;
    }

    private (int Rank, int Result) Pair(int left, int right)
    {
        ref (int, int) found = ref CollectionsMarshal.GetValueRefOrNullRef(_merges, Key(left, right));
        return System.Runtime.CompilerServices.Unsafe.IsNullRef(ref found) ? s_none : found;
    }
}
