using ILGPU;
using Interp.Kernels;

namespace Interp.Device;

/// <summary>A matrix in device memory, by rows or by columns.</summary>
internal readonly struct DeviceMatrix(ArrayView<float> values, int rowStride, int columnStride) : IMatrixView
{
    public float this[int row, int column] => values[((long)row * rowStride) + ((long)column * columnStride)];
}
