using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace Interp.Device;

/// <summary>Lets ILGPU find the drivers' libraries on Linux, where many machines have them under their versioned names only.</summary>
internal static class DriverLibraries
{
    private static readonly Lock s_gate = new();
    private static bool s_mapped;

    /// <summary>Has what ILGPU imports from <c>cuda</c> and <c>OpenCL</c> come from <c>libcuda.so.1</c> and <c>libOpenCL.so.1</c> where <c>libcuda.so</c> and <c>libOpenCL.so</c> are missing: those come with development packages.</summary>
    public static void Map()
    {
        lock (s_gate)
        {
            if (s_mapped || !OperatingSystem.IsLinux()) return;
            s_mapped = true;
            try
            {
                NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, assembly, paths) => name switch
                {
                    "cuda" => Load(name, "libcuda.so.1", assembly, paths),
                    "OpenCL" => Load(name, "libOpenCL.so.1", assembly, paths),
                    _ => 0,
                });
            }
            catch (InvalidOperationException)
            {
                // The program resolves ILGPU's imports itself.
            }
        }
    }

    /// <summary>Loads a library by the name that is asked for, or else by another; 0 where there is neither.</summary>
    internal static nint Load(string name, string otherwise, Assembly assembly, DllImportSearchPath? paths) =>
        NativeLibrary.TryLoad(name, assembly, paths, out nint library) || NativeLibrary.TryLoad(otherwise, assembly, paths, out library) ? library : 0;
}
