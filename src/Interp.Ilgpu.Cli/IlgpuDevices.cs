namespace Interp.Cli;

/// <summary>The devices that ILGPU opens, for <c>--device</c>.</summary>
internal sealed class IlgpuDevices : IScoreDevices
{
    public IReadOnlyList<string> Names { get; } = ["auto", "cpu", "cuda", "opencl"];

    public IScoreRunner Open(string name)
    {
        IlgpuScoreRunner runner = IlgpuScoreRunner.Open(Enum.Parse<IlgpuDevice>(name, ignoreCase: true));
        foreach (SkippedDevice skipped in runner.Skipped) Terminal.Note($"{skipped.Name} is not used: {skipped.Reason}");
        Terminal.Note($"Scores run on {runner.Name}.");
        if (runner.IsForChecking) Terminal.Note("That device is for checking kernels: without --device the scores run faster.");
        return runner;
    }
}
