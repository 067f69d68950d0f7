using global::TorchSharp;

namespace Interp.TorchSharp.Tests;

/// <summary>Where the tests compute: on the CPU, or on the device that <c>INTERP_TORCH_DEVICE</c> names, as in <c>cuda:0</c>.</summary>
internal static class TestDevice
{
    public static torch.Device Chosen => Environment.GetEnvironmentVariable("INTERP_TORCH_DEVICE") is { Length: > 0 } name ? torch.device(name) : torch.CPU;
}
