namespace Interp.Tokenizers;

/// <summary>Pairs by rank, then by position: a heap of four children a node, each entry in one word.</summary>
/// <param name="capacity">How many entries to expect.</param>
internal sealed class MergeHeap(int capacity)
{
    private ulong[] _entries = new ulong[capacity];
    private int _count;

    /// <summary>Adds an entry without keeping the order; a pair that does not merge (rank <see cref="int.MaxValue"/>) is left out.</summary>
    public void Append(int rank, int position)
    {
        if (rank == int.MaxValue) return;
        if (_count == _entries.Length) Array.Resize(ref _entries, Math.Max(16, 2 * _count));
        _entries[_count++] = ((ulong)(uint)rank << 32) | (uint)position;
    }

    /// <summary>Restores the order after <see cref="Append"/>.</summary>
    public void Order()
    {
        for (int i = (_count - 2) / 4; i >= 0 && _count > 1; i--) Sink(i, _entries[i]);
    }

    /// <summary>Adds an entry.</summary>
    public void Add(int rank, int position)
    {
        if (rank == int.MaxValue) return;
        Append(rank, position);
        int i = _count - 1;
        ulong entry = _entries[i];
        for (int parent; i > 0 && _entries[parent = (i - 1) / 4] > entry; i = parent) _entries[i] = _entries[parent];
        _entries[i] = entry;
    }

    /// <summary>Takes the first entry.</summary>
    public bool TryTake(out int rank, out int position)
    {
        (rank, position) = (0, 0);
        if (_count == 0) return false;
        ulong first = _entries[0];
        (rank, position) = ((int)(first >> 32), (int)(uint)first);
        ulong last = _entries[--_count];
        if (_count > 0) Sink(0, last);
        return true;
    }

    private void Sink(int i, ulong entry)
    {
        while (true)
        {
            int child = (4 * i) + 1;
            if (child >= _count) break;
            int end = Math.Min(child + 4, _count);
            int least = child;
            for (int c = child + 1; c < end; c++)
                if (_entries[c] < _entries[least]) least = c;
            if (_entries[least] >= entry) break;
            _entries[i] = _entries[least];
            i = least;
        }
        _entries[i] = entry;
    }
}
