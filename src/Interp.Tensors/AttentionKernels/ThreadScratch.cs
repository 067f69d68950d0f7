using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interp.AttentionKernels;

/// <summary>A buffer a thread, kept between calls, from which a kernel takes its blocks.</summary>
/// <remarks>One kernel at a time: a second <see cref="Begin"/> on the same thread hands out the same memory.</remarks>
internal unsafe ref struct ThreadScratch
{
    private const int Alignment = 64 / sizeof(float);

    [ThreadStatic]
    private static float[]? t_buffer;

    private float* _next;
    private readonly float* _end;

    private ThreadScratch(float* start, float* end)
    {
        _next = start;
        _end = end;
    }

    /// <summary>Scratch for blocks of up to <paramref name="floats"/> in all, in at most <paramref name="blocks"/> blocks.</summary>
    public static ThreadScratch Begin(nint floats, int blocks)
    {
        nint size = floats + ((blocks + 1) * Alignment);
        if (t_buffer is null || t_buffer.Length < size) t_buffer = GC.AllocateUninitializedArray<float>((int)size, pinned: true);
        float* start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(t_buffer));
        float* aligned = (float*)(((nint)start + 63) & ~(nint)63);
        return new ThreadScratch(aligned, start + t_buffer.Length);
    }

    /// <summary>An uninitialised, 64-byte aligned block.</summary>
    public float* Take(nint floats)
    {
        float* block = _next;
        _next += (floats + Alignment - 1) / Alignment * Alignment;
        System.Diagnostics.Debug.Assert(_next <= _end);
        return block;
    }
}
