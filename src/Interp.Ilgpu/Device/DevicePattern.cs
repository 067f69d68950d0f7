using ILGPU;
using Interp.Kernels;

namespace Interp.Device;

/// <summary>A head's pattern in device memory, [query, key].</summary>
internal readonly struct DevicePattern(ArrayView<float> values, int queries, int keys) : IPatternView
{
    public int Queries => queries;

    public int Keys => keys;

    public float this[int query, int key] => values[(query * keys) + key];

    public ref readonly float Row(int query) => ref values[query * keys];
}
