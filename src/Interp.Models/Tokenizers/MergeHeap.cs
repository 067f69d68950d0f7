namespace Interp.Tokenizers;

/// <summary>Pairs by rank, then by position: a heap of four children a node, each entry in one word.</summary>
internal sealed class MergeHeap
{
    private ulong[] _entries = new ulong[16];
    private int _count;

    /// <summary>The first entry; <see cref="ulong.MaxValue"/> where there is none.</summary>
    public ulong First => _count > 0 ? _entries[0] : ulong.MaxValue;

    /// <summary>A pair in one word, which orders by rank, then by position.</summary>
    public static ulong Entry(int rank, int position) => ((ulong)(uint)rank << 32) | (uint)position;

    /// <summary>Adds an entry.</summary>
    public void Add(ulong entry)
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, 2 * _count);
        int i = _count++;
        for (int parent; i > 0 && _entries[parent = (i - 1) / 4] > entry; i = parent) _entries[i] = _entries[parent];
        _entries[i] = entry;
    }

    /// <summary>Takes the first entry, of which there must be one.</summary>
    public ulong Take()
    {
        ulong first = _entries[0];
        ulong last = _entries[--_count];
        if (_count > 0) Sink(last);
        return first;
    }

    private void Sink(ulong entry)
    {
        int i = 0;
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
