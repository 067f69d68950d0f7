using Interp.Kernels;

namespace Interp.Scores;

/// <summary>A head's pattern inside a tensor [batch, head, query, key]; the caller keeps the memory pinned.</summary>
internal readonly unsafe struct PointerPattern(float* origin, int queries, int keys) : IPatternView
{
    public int Queries => queries;

    public int Keys => keys;

    public float this[int query, int key] => origin[(query * keys) + key];

    public ref readonly float Row(int query) => ref origin[query * keys];
}
