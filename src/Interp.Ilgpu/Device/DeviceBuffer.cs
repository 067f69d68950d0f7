using ILGPU;
using ILGPU.Runtime;

namespace Interp.Device;

/// <summary>Device memory that grows when more is asked for, and page-locked host memory of the same length where the host writes or reads it.</summary>
internal sealed class DeviceBuffer<T>(Accelerator accelerator, bool onHost) : IDisposable
    where T : unmanaged
{
    private MemoryBuffer1D<T, Stride1D.Dense>? _device;
    private PageLockedArray1D<T>? _host;

    /// <summary>The host's side.</summary>
    public Span<T> Host => _host is null ? [] : _host.Span;

    /// <summary>The device's first <paramref name="length"/> elements; the contents are lost where that is more than before.</summary>
    public ArrayView<T> Reserve(long length)
    {
        if (_device is null || _device.Length < length)
        {
            Dispose();
            _device = accelerator.Allocate1D<T>(length);
            if (onHost) _host = accelerator.AllocatePageLocked1D<T>(length);
        }
        return _device.View.SubView(0, length);
    }

    /// <summary>Begins to copy host elements to the same place on the device; they must not change before the stream has come so far.</summary>
    public void Upload(AcceleratorStream stream, long first, long length) =>
        _device!.View.SubView(first, length).BaseView.CopyFromCPUUnsafeAsync(stream, ref _host![first], length);

    /// <summary>Begins to copy the device's first elements to the host.</summary>
    public void Download(AcceleratorStream stream, long length) =>
        _device!.View.SubView(0, length).BaseView.CopyToCPUUnsafeAsync(stream, ref _host![0], length);

    public void Dispose()
    {
        _host?.Dispose();
        _device?.Dispose();
        (_host, _device) = (null, null);
    }
}
