using Interp.Kernels;

namespace Interp.Scores;

/// <summary>A head's contributions to the logits of a sample's tokens; the caller keeps the memory pinned.</summary>
internal readonly unsafe struct PointerLogits(float* origin, nint queryStride) : IMatrixView
{
    public float this[int query, int position] => origin[(query * queryStride) + position];
}
