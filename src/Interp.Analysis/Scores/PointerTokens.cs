using Interp.Kernels;

namespace Interp.Scores;

/// <summary>A row of token ids; the caller keeps the memory pinned.</summary>
internal readonly unsafe struct PointerTokens(int* origin, int length) : ITokenView
{
    public int Length => length;

    public int this[int position] => origin[position];

    public ref readonly int First => ref *origin;
}
