using System.Reflection;
using System.Runtime.InteropServices;
using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>TorchSharp's native part: where the system cannot load it, TorchSharp itself only says that a package is missing, whatever the reason is.</summary>
internal static class NativeTorch
{
    /// <summary>Ends with the system's own reason where the native part cannot be loaded.</summary>
    /// <exception cref="NotSupportedException">It cannot.</exception>
    public static void Ensure()
    {
        try
        {
            _ = Torch.CPU;
        }
        catch (TypeInitializationException e)
        {
            string? version = typeof(Torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
            throw new NotSupportedException($"TorchSharp {version} cannot load its native library: {Reason()}", e);
        }
    }

    private static string Reason()
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load("LibTorchSharp", typeof(Torch).Assembly, null));
            return "libtorch is not there, or not the one that it was made for. Add the package TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows of the same version.";
        }
        catch (DllNotFoundException e)
        {
            // The system names each place where it looked, and what is wrong with the file that it found.
            string? newer = e.Message.Split('\n').FirstOrDefault(line => line.Contains("version `", StringComparison.Ordinal));
            return newer is null ? e.Message : $"{newer.Trim()}. This system's C++ runtime is older than the package asks for: take a newer system, or an older TorchSharp.";
        }
    }
}
