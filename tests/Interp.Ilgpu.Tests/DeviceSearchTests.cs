using ILGPU.Runtime.OpenCL;
using Interp.Device;

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
    public void A_device_that_lacks_something_or_fails_is_named_and_the_next_one_taken()
    {
        IReadOnlyList<SkippedDevice> skipped = [];
        IlgpuScoreRunner opened = DeviceSearch.First("device",
        [
            new("Old", "it is too old.", _ => throw new InvalidOperationException("not to be tried")),
            new("Broken", null, _ => throw new InvalidOperationException("it failed", new IOException("no answer"))),
            new("Good", null, before =>
            {
                skipped = before;
                return cpu.Runner;
            }),
        ]);
        Assert.Same(cpu.Runner, opened);
        Assert.Equal([new SkippedDevice("Old", "it is too old."), new SkippedDevice("Broken", "it failed on the kernels (no answer).")], skipped);
    }

    [Fact]
    public void Where_none_opens_the_message_names_each_and_its_reason()
    {
        DeviceCandidate[] none = [new("Old", "it is too old.", _ => cpu.Runner), new("Broken", null, _ => throw new IOException("no answer"))];
        string message = Assert.Throws<InvalidOperationException>(() => DeviceSearch.First("CUDA device", none)).Message;
        Assert.Equal(
            "No CUDA device can run the score kernels. Old: it is too old. Broken: it failed on the kernels (no answer). Without a runner the scores run on the CPU's SIMD units.",
            message);
        Assert.Contains("None was found.", Assert.Throws<InvalidOperationException>(() => DeviceSearch.First("CUDA device", [])).Message);
    }

    [Fact]
    public void Devices_after_the_one_that_opens_are_not_looked_at()
    {
        Assert.Same(cpu.Runner, DeviceSearch.First("device", Candidates()));

        IEnumerable<DeviceCandidate> Candidates()
        {
            yield return new("Good", null, _ => cpu.Runner);
            Assert.Fail("A device after the one that opened was looked at.");
        }
    }

    [Fact]
    public void An_OpenCL_device_without_a_generic_address_space_is_named_and_skipped()
    {
        string[] lacking = [.. CLDevice.GetDevices(_ => true).Cast<CLDevice>().Where(device => !device.Capabilities.GenericAddressSpace).Select(device => device.Name)];
        if (lacking.Length == 0) Assert.Skip("Not on this machine: an OpenCL device without a generic address space.");
        // Only where no other opens before it is every one of them looked at.
        try
        {
            using IlgpuScoreRunner runner = IlgpuScoreRunner.Open(IlgpuDevice.OpenCl);
            Assert.All(runner.Skipped, one => Assert.Contains(one.Name, lacking));
        }
        catch (InvalidOperationException e)
        {
            Assert.All(lacking, name => Assert.Contains($"{name}: it has no generic address space", e.Message));
        }
    }
}
