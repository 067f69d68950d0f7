using ILGPU;
using Interp.Kernels;

namespace Interp.Device;

/// <summary>A row of token ids in device memory.</summary>
internal readonly struct DeviceTokens(ArrayView<int> ids, int length) : ITokenView
{
    public int Length => length;

    public int this[int position] => ids[position];

    public ref readonly int First => ref ids[0];
}
