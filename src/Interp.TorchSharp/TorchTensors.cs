using System.Runtime.InteropServices;
using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>Tensors across the border to TorchSharp: values, not graphs.</summary>
public static class TorchTensors
{
    /// <summary>A TorchSharp tensor with a tensor's values: float32, one copy, straight into its memory.</summary>
    /// <param name="tensor">Any shape.</param>
    /// <param name="device">Where it is made; the CPU when absent.</param>
    public static Torch.Tensor ToTorch(this Tensor tensor, Torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Torch.Tensor copy = Torch.empty(LongShape(tensor.Shape), Torch.ScalarType.Float32);
        MemoryMarshal.AsBytes(tensor.Span).CopyTo(copy.bytes);
        return Moved(copy, device);
    }

    /// <summary>
    /// A TorchSharp tensor on a tensor's own memory where that is managed memory and the device is the CPU: writes through either are seen by the other.
    /// Elsewhere (memory-mapped weights, a GPU) a copy.
    /// </summary>
    /// <param name="tensor">A tensor that no <see cref="TensorScope"/> will give back: weights, or one that was kept.</param>
    /// <param name="device">Where it is to be; the CPU when absent.</param>
    public static Torch.Tensor ShareWithTorch(this Tensor tensor, Torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        // An empty buffer has no place to start at.
        if (tensor.Length == 0 || !tensor.TryGetArray(out float[]? array, out int start)) return tensor.ToTorch(device);
        using Torch.Tensor flat = Torch.frombuffer(array, Torch.ScalarType.Float32, tensor.Length, start);
        return Moved(flat.reshape(LongShape(tensor.Shape)), device);
    }

    /// <summary>A tensor with a TorchSharp tensor's values: from any device and number type, one copy where it is float32, contiguous and on the CPU.</summary>
    /// <param name="tensor">Any shape; its gradient graph is left behind.</param>
    public static Tensor ToInterp(this Torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using Torch.Tensor detached = tensor.detach();
        using Torch.Tensor values = detached.to(Torch.ScalarType.Float32, Torch.CPU).contiguous();
        Tensor copy = Tensor.Empty([.. tensor.shape.Select(size => checked((int)size))]);
        if (copy.Length > 0) MemoryMarshal.Cast<byte, float>(values.bytes).CopyTo(copy.Span);
        return copy;
    }

    private static long[] LongShape(ReadOnlySpan<int> shape) => Array.ConvertAll(shape.ToArray(), size => (long)size);

    private static Torch.Tensor Moved(Torch.Tensor tensor, Torch.Device? device)
    {
        if (device is null || device.type == TorchSharp.DeviceType.CPU) return tensor;
        using (tensor) return tensor.to(device);
    }
}
