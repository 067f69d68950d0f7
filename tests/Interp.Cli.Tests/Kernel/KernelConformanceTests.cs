namespace Interp.Cli.Tests.Kernel;

/// <summary>The kernel against the Jupyter protocol, as Python's jupyter_client speaks it.</summary>
[Collection("kernel processes")]
public sealed class KernelConformanceTests(KernelConformance run) : IClassFixture<KernelConformance>
{
    public static TheoryData<string> Checks => KernelConformance.Checks;

    [Theory, MemberData(nameof(Checks))]
    public void The_kernel_passes(string check)
    {
        ExternalProgram.NeedPython("jupyter_client");
        run.Passes(check);
    }
}
