namespace Interp.Ilgpu.Tests;

/// <summary>A device's runner, opened once for a test class: compiling the kernels takes longer than running them.</summary>
public abstract class DeviceFixture(IlgpuDevice device) : IDisposable
{
    private static bool IsCI => Environment.GetEnvironmentVariable("CI") == "true";

    private IlgpuScoreRunner? _runner;
    private string? _absent;

    /// <summary>
    /// The runner; the test is skipped where the machine has no such device. The CPU accelerator is never absent, and where CI=true a device
    /// that is there has to work.
    /// </summary>
    public IlgpuScoreRunner Runner
    {
        get
        {
            if (_runner is null && _absent is null)
            {
                try
                {
                    _runner = IlgpuScoreRunner.Open(device);
                }
                catch (InvalidOperationException e) when (device != IlgpuDevice.Cpu && !(IsCI && e.Message.Contains("failed on the kernels", StringComparison.Ordinal)))
                {
                    _absent = e.Message;
                }
            }
            if (_runner is null) Assert.Skip(_absent!);
            return _runner;
        }
    }

    public void Dispose()
    {
        _runner?.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class CpuFixture() : DeviceFixture(IlgpuDevice.Cpu);

public sealed class CudaFixture() : DeviceFixture(IlgpuDevice.Cuda);

public sealed class OpenClFixture() : DeviceFixture(IlgpuDevice.OpenCl);
