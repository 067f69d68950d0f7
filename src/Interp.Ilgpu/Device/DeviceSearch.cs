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
    /// <summary>Opens the first device of a sort that works.</summary>
    public static IlgpuScoreRunner Open(IlgpuDevice device)
    {
        DriverLibraries.Map();
        DeviceMath.Map();
        return First(Sort(device), Candidates(device));
    }

    /// <summary>Tries devices in turn; those after the one that opens are not looked at.</summary>
    public static IlgpuScoreRunner First(string sort, IEnumerable<DeviceCandidate> candidates)
    {
        List<SkippedDevice> skipped = [];
        foreach (DeviceCandidate candidate in candidates)
        {
            string? reason = candidate.Lack;
            try
            {
                if (reason is null) return candidate.Open(skipped);
            }
            // A driver may fail in any way; whatever it is, the next device may still work.
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                reason = $"it failed on the kernels ({e.GetBaseException().Message}).";
            }
            skipped.Add(new SkippedDevice(candidate.Name, reason));
        }
        throw new InvalidOperationException(
            $"No {sort} can run the score kernels. {(skipped.Count == 0 ? "None was found." : string.Join(" ", skipped.Select(one => $"{one.Name}: {one.Reason}")))} "
            + "Without a runner the scores run on the CPU's SIMD units.");
    }

    /// <summary>Opens a device in a context of its own: a failed compilation spoils the context that it happened in.</summary>
    private static IlgpuScoreRunner Open(Action<Context.Builder> enable, IReadOnlyList<SkippedDevice> skipped)
    {
        Context? context = null;
        Accelerator? accelerator = null;
        IlgpuScoreRunner? runner = null;
        try
        {
            context = Context.Create(enable);
            accelerator = context.Devices[0].CreateAccelerator(context);
            runner = new(context, accelerator, skipped);
            SelfCheck.Run(runner);
            return runner;
        }
        catch
        {
            if (runner is not null) runner.Dispose();
            else if (context is not null) LostDevices.FreeOrKeep((context, accelerator), accelerator, context);
            throw;
        }
    }

    private static IEnumerable<DeviceCandidate> Candidates(IlgpuDevice wanted)
    {
        if (wanted is IlgpuDevice.Auto or IlgpuDevice.Cuda)
        {
            foreach (CudaDevice cuda in CudaDevice.GetDevices(_ => true).Cast<CudaDevice>())
                yield return new(cuda.Name, Lack(cuda), skipped => Open(builder => builder.Cuda((CudaDevice one) => one.DeviceId == cuda.DeviceId), skipped));
        }
        if (wanted is IlgpuDevice.Auto or IlgpuDevice.OpenCl)
        {
            foreach (CLDevice cl in CLDevice.GetDevices(_ => true).Cast<CLDevice>())
                yield return new(cl.Name, Lack(cl), skipped => Open(builder => builder.OpenCL(one => one.DeviceId == cl.DeviceId), skipped));
        }
        // The fewest simulated threads that there may be for each processor: no kernel here shares memory among threads.
        if (wanted is IlgpuDevice.Auto or IlgpuDevice.Cpu)
            yield return new("ILGPU's CPU accelerator", Lack: null, skipped => Open(builder => builder.CPU(new CPUDevice(2, 1, Environment.ProcessorCount)), skipped));
    }

    private static string? Lack(CudaDevice device)
    {
        if (device.Architecture is not { } architecture || CudaAccelerator.TryGetInstructionSet(architecture, device.DriverVersion, out CudaDriverVersion least, out _)) return null;
        return $"its driver is for CUDA {device.DriverVersion}; ILGPU's kernels need one for CUDA {least} or newer.";
    }

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
