using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Interp.Device;

/// <summary>Finds a device that works.</summary>
internal static class DeviceSearch
{
    /// <summary>Tries the devices of a sort in turn, each in a context of its own: a failed compilation spoils the context that it happened in.</summary>
    public static IlgpuScoreRunner Open(IlgpuDevice device)
    {
        DeviceMath.Map();
        List<SkippedDevice> skipped = [];
        foreach ((string name, Action<Context.Builder> enable) in Candidates(device, skipped))
        {
            if (TryOpen(name, enable, skipped) is { } runner) return runner;
        }
        throw new InvalidOperationException(
            $"No {Sort(device)} can run the score kernels. {(skipped.Count == 0 ? "None was found." : string.Join(" ", skipped.Select(one => $"{one.Name}: {one.Reason}")))} "
            + "Without a runner the scores run on the CPU's SIMD units.");
    }

    private static IlgpuScoreRunner? TryOpen(string name, Action<Context.Builder> enable, List<SkippedDevice> skipped)
    {
        Context? context = null;
        Accelerator? accelerator = null;
        try
        {
            context = Context.Create(enable);
            accelerator = context.Devices[0].CreateAccelerator(context);
            IlgpuScoreRunner runner = new(context, accelerator, skipped);
            SelfCheck.Run(runner);
            return runner;
        }
        // A driver may fail in any way; whatever it is, the next device may still work.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            accelerator?.Dispose();
            context?.Dispose();
            skipped.Add(new SkippedDevice(name, $"it failed on the kernels ({e.GetBaseException().Message})"));
            return null;
        }
    }

    private static List<(string Name, Action<Context.Builder> Enable)> Candidates(IlgpuDevice wanted, List<SkippedDevice> skipped)
    {
        List<(string, Action<Context.Builder>)> found = [];
        if (wanted is IlgpuDevice.Auto or IlgpuDevice.Cuda)
        {
            foreach (CudaDevice cuda in CudaDevice.GetDevices(_ => true).Cast<CudaDevice>())
                found.Add((cuda.Name, builder => builder.Cuda((CudaDevice one) => one.DeviceId == cuda.DeviceId)));
        }
        if (wanted is IlgpuDevice.Auto or IlgpuDevice.OpenCl)
        {
            foreach (CLDevice cl in CLDevice.GetDevices(_ => true).Cast<CLDevice>())
            {
                if (Lack(cl) is { } lack) skipped.Add(new SkippedDevice(cl.Name, lack));
                else found.Add((cl.Name, builder => builder.OpenCL(one => one.DeviceId == cl.DeviceId)));
            }
        }
        // The fewest simulated threads that there may be for each processor: no kernel here shares memory among threads.
        if (wanted is IlgpuDevice.Auto or IlgpuDevice.Cpu)
            found.Add(("ILGPU's CPU accelerator", builder => builder.CPU(new CPUDevice(2, 1, Environment.ProcessorCount))));
        return found;
    }

    /// <summary>What the kernels need and an OpenCL device has not; null where it has all.</summary>
    private static string? Lack(CLDevice device)
    {
        if (!device.Capabilities.GenericAddressSpace) return "it has no generic address space, which ILGPU's kernels need.";
        return device.CLStdVersion < CLBackend.MinimumVersion ? $"it compiles OpenCL C {device.CLStdVersion}; ILGPU's kernels need {CLBackend.MinimumVersion}." : null;
    }

    private static string Sort(IlgpuDevice device) => device switch
    {
        IlgpuDevice.Cuda => "CUDA device",
        IlgpuDevice.OpenCl => "OpenCL device",
        _ => "device",
    };
}
