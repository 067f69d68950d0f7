using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Interp.Files;

/// <summary>A whole file in memory by a private, copy-on-write mapping: pages come from the disk when touched, and writing to them never reaches the file.</summary>
/// <remarks>It stays mapped as long as something references it: tensors that view it keep it as their owner.</remarks>
internal sealed unsafe class MappedFile
{
    // Memory that is viewed stays mapped to the end of the process: worth it for large tensors only.
    private const int SmallestView = 1 << 18;

    private readonly SafeFileHandle? _handle;
    private readonly SafeMemoryMappedViewHandle? _view;
    private readonly byte* _start;

    public MappedFile(string path)
    {
        Path = path;
        try
        {
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Length = RandomAccess.GetLength(_handle);
            if (Length == 0) return;
            using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
                _handle, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
            using MemoryMappedViewAccessor accessor = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.CopyOnWrite);
            _view = accessor.SafeMemoryMappedViewHandle;
            // The reference that AcquirePointer takes outlives the accessor and is given back by the finalizer.
            _view.AcquirePointer(ref _start);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"it cannot be opened: {e.Message}", e);
        }
    }

    ~MappedFile() => _view?.ReleasePointer();

    public string Path { get; }

    public long Length { get; }

    /// <summary>The bytes at <paramref name="offset"/>; keep this object alive while they are used.</summary>
    public ReadOnlySpan<byte> Span(long offset, long count)
    {
        Check(offset, count);
        if (count > int.MaxValue) throw new ModelFileException(Path, $"{count} bytes at byte {offset} are more than fit one piece of memory.");
        return new ReadOnlySpan<byte>(_start + offset, (int)count);
    }

    /// <summary>Row-major float32 elements at <paramref name="offset"/>.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <param name="view">Whether large aligned float32 tensors may view the mapping instead of copying from the file.</param>
    public Tensor Read(ElementType type, long offset, ReadOnlySpan<int> shape, bool view)
    {
        long length = 1;
        foreach (int size in shape) length *= size;
        Check(offset, length * type.Size());
        if (view && type == ElementType.F32 && length >= SmallestView && (nint)(_start + offset) % sizeof(float) == 0)
            return new Tensor((float*)(_start + offset), this, shape);
        Tensor tensor = view ? Tensor.AllocatePlain(shape.ToArray()) : Tensor.Empty(shape);
        Fill(type, offset, tensor.Span);
        return tensor;
    }

    /// <summary>Reads elements through the file, not the mapping: pages of the mapping that nobody views take no memory.</summary>
    private void Fill(ElementType type, long offset, Span<float> to)
    {
        const int Block = 1 << 18;
        int width = type.Size();
        byte[] buffer = type == ElementType.F32 ? [] : new byte[Math.Min(Block, to.Length) * width];
        for (int i = 0; i < to.Length; i += Block)
        {
            Span<float> part = to.Slice(i, Math.Min(Block, to.Length - i));
            Span<byte> bytes = type == ElementType.F32 ? MemoryMarshal.AsBytes(part) : buffer.AsSpan(0, part.Length * width);
            for (int done = 0; done < bytes.Length;)
            {
                int read = RandomAccess.Read(_handle!, bytes[done..], offset + ((long)i * width) + done);
                if (read == 0) throw new ModelFileException(Path, "the file has become shorter while it was read.");
                done += read;
            }
            if (type != ElementType.F32) ElementConversion.ToSingle(type, bytes, part);
        }
    }

    private void Check(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length - count)
            throw new ModelFileException(Path, $"bytes {offset} to {offset + count} are needed, but the file has {Length} bytes: it is truncated or not what it seems.");
    }
}
