using System.Reflection;
using ILGPU;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using Interp.Kernels;

namespace Interp.Device;

/// <summary>What the kernels call and a device's compiler has no instruction for.</summary>
internal static class DeviceMath
{
    private static readonly Lock s_gate = new();
    private static bool s_mapped;

    /// <summary>Has ILGPU put <see cref="Log"/> in the place of the kernels' logarithm. MathF.Log itself, which others' kernels may use, stays as it is.</summary>
    public static void Map()
    {
        lock (s_gate)
        {
            if (s_mapped) return;
            MethodInfo log = typeof(DeviceMath).GetMethod(nameof(Log))!;
            RemappedIntrinsics.AddRemapping(typeof(ScalarRows).GetMethod(nameof(ScalarRows.Log))!, (ref InvocationContext call) => call.Method = log);
            s_mapped = true;
        }
    }

    /// <summary>ln x as log₂ x · ln 2: every device has log₂, while ln needs NVIDIA's device library.</summary>
    public static float Log(float x) => IntrinsicMath.CPUOnly.Log2(x) * 0.6931472f;
}
