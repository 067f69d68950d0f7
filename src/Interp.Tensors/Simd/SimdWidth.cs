using System.Runtime.Intrinsics;

namespace Interp.Simd;

/// <summary>A kernel that is generic in the vector type; <see cref="SimdWidth.Run{TKernel}(ref TKernel)"/> picks the type.</summary>
internal interface ISimdKernel
{
    /// <summary>Runs the kernel with vectors <typeparamref name="V"/>.</summary>
    void Run<S, V>()
        where S : struct, ISimd<V>
        where V : struct;
}

/// <summary>The widest vectors that this processor computes with natively.</summary>
internal static class SimdWidth
{
    /// <summary>Bits in a vector: 512, 256 or 128.</summary>
    public static readonly int Bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Runs <paramref name="kernel"/> at this processor's width.</summary>
    public static void Run<TKernel>(ref TKernel kernel)
        where TKernel : struct, ISimdKernel => Run(ref kernel, Bits);

    /// <summary>Runs <paramref name="kernel"/> at a given width; widths the processor lacks are emulated (for tests).</summary>
    public static void Run<TKernel>(ref TKernel kernel, int bits)
        where TKernel : struct, ISimdKernel
    {
        if (bits == 512) kernel.Run<Simd512, Vector512<float>>();
        else if (bits == 256) kernel.Run<Simd256, Vector256<float>>();
        else kernel.Run<Simd128, Vector128<float>>();
    }
}
