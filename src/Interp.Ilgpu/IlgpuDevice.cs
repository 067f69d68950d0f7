namespace Interp;

/// <summary>Which device <see cref="IlgpuScoreRunner.Open"/> looks for.</summary>
public enum IlgpuDevice
{
    /// <summary>The first that works of a CUDA device, an OpenCL device and ILGPU's CPU accelerator.</summary>
    Auto,

    /// <summary>ILGPU's CPU accelerator: the kernels as a device would run them, for checking. <see cref="SimdScoreRunner"/> is far faster.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An OpenCL device with a generic address space.</summary>
    OpenCl,
}
