using ILGPU.Runtime.OpenCL;

namespace Interp.Ilgpu.Tests;

public class DeviceSearchTests(CpuFixture cpu) : IClassFixture<CpuFixture>
{
    [Fact]
    public void The_CPU_accelerator_is_there_on_every_machine()
    {
        Assert.Contains("CPU", cpu.Runner.Name);
        Assert.Empty(cpu.Runner.Skipped);
    }

    [Fact]
    public void Without_a_choice_some_device_opens()
    {
        using IlgpuScoreRunner runner = IlgpuScoreRunner.Open();
        Assert.NotEmpty(runner.Name);
    }

    [Fact]
    public void An_OpenCL_device_without_a_generic_address_space_is_named_and_skipped()
    {
        string[] lacking = [.. CLDevice.GetDevices(_ => true).Cast<CLDevice>().Where(device => !device.Capabilities.GenericAddressSpace).Select(device => device.Name)];
        if (lacking.Length == 0) Assert.Skip("Not on this machine: an OpenCL device without a generic address space.");
        IReadOnlyList<SkippedDevice> skipped;
        try
        {
            using IlgpuScoreRunner runner = IlgpuScoreRunner.Open(IlgpuDevice.OpenCl);
            skipped = runner.Skipped;
        }
        catch (InvalidOperationException e)
        {
            Assert.All(lacking, name => Assert.Contains($"{name}: it has no generic address space", e.Message));
            return;
        }
        Assert.All(lacking, name => Assert.Contains(skipped, one => one.Name == name && one.Reason.Contains("generic address space", StringComparison.Ordinal)));
    }
}
