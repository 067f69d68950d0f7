using System.Numerics;

namespace Interp.Tokenizers;

/// <summary>Merges by their two tokens: a hash table with open addressing, one cache line a look-up mostly.</summary>
internal sealed class MergeTable
{
    private readonly (ulong Pair, int Rank, int Result)[] _slots;
    private readonly int _shift;

    /// <param name="merges">The merges; of several with the same two tokens the first counts.</param>
    public MergeTable(Merge[] merges)
    {
        // At most half full, so that a search soon meets an empty slot: one whose rank is that of no merge.
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * merges.Length) + 2);
        _shift = 64 - BitOperations.Log2((uint)size);
        _slots = new (ulong, int, int)[size];
        _slots.AsSpan().Fill((0, int.MaxValue, -1));
        foreach (Merge merge in merges)
        {
            int slot = Slot(Pair(merge.Left, merge.Right));
            if (_slots[slot].Rank == int.MaxValue) _slots[slot] = (Pair(merge.Left, merge.Right), merge.Rank, merge.Result);
        }
    }

    /// <summary>The rank of the merge of two tokens and what it makes; <see cref="int.MaxValue"/> and -1 where there is none.</summary>
    public (int Rank, int Result) this[int left, int right]
    {
        get
        {
            ref (ulong, int Rank, int Result) found = ref _slots[Slot(Pair(left, right))];
            return (found.Rank, found.Result);
        }
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    /// <summary>The slot of a pair, or the empty one where it would be.</summary>
    private int Slot(ulong pair)
    {
        (ulong Pair, int Rank, int)[] slots = _slots;
        int slot = (int)((pair * 0x9E3779B97F4A7C15) >> _shift);
        while (slots[slot].Pair != pair && slots[slot].Rank != int.MaxValue) slot = (slot + 1) & (slots.Length - 1);
        // An empty slot holds the pair (0, 0), which ends the search for that pair as well: rightly, for it would lie here.
        return slot;
    }
}
