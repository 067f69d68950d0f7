using System.Runtime.CompilerServices;
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
    /// <exception cref="InvalidOperationException">There is no room for them; nothing is held any more.</exception>
    public ArrayView<T> Reserve(long length)
    {
        if (_device is null || _device.Length < length)
        {
            Dispose();
            if (onHost && length > Array.MaxLength) throw new InvalidOperationException($"{length} numbers at once are more than the {Array.MaxLength} that an array holds.");
            try
            {
                _device = accelerator.Allocate1D<T>(length);
                if (onHost) _host = accelerator.AllocatePageLocked1D<T>(length);
            }
            catch (AcceleratorException e)
            {
                Dispose();
                throw new InvalidOperationException(
                    $"{accelerator.Name} could not allocate {length * Unsafe.SizeOf<T>()} bytes: {e.Message}. Without a runner the scores run on the CPU's SIMD units.", e);
            }
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
        IDisposable?[] parts = [_host, _device];
        (_host, _device) = (null, null);
        LostDevices.FreeOrKeep(parts, parts);
    }
}
