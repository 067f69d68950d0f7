namespace Interp.Cli;

/// <summary>The devices that ILGPU opens, for <c>--device</c>.</summary>
internal sealed class IlgpuDevices : IScoreDevices
{
    public IReadOnlyList<string> Names { get; } = ["auto", "cpu", "cuda", "opencl"];

    public IScoreRunner Open(string name)
    {
        IlgpuDevice device = Enum.Parse<IlgpuDevice>(name, ignoreCase: true);
        IlgpuScoreRunner runner = IlgpuScoreRunner.Open(device);
        foreach (SkippedDevice skipped in runner.Skipped) Terminal.Note($"{skipped.Name} is not used: {skipped.Reason}");
        if (device == IlgpuDevice.Auto && runner.IsForChecking)
        {
            runner.Dispose();
            Terminal.Note("Scores run on the CPU's SIMD units: there is no CUDA or OpenCL device that works.");
            return SimdScoreRunner.Instance;
        }
        Terminal.Note($"Scores run on {runner.Name}.");
        if (runner.IsForChecking) Terminal.Note("That device is for checking kernels: without --device the scores run faster.");
        return runner;
    }
}
