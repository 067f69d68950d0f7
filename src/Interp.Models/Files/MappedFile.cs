using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Interp.Files;

/// <summary>A whole file in memory by a private, copy-on-write mapping: pages come from the disk when touched, and writing to them never reaches the file.</summary>
/// <remarks>It stays mapped as long as something references it: tensors that view it keep it as their owner.</remarks>
internal sealed unsafe class MappedFile
{
    private readonly SafeMemoryMappedViewHandle? _view;
    private readonly byte* _start;

    public MappedFile(string path)
    {
        Path = path;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Length = stream.Length;
            if (Length == 0) return;
            using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
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

    /// <summary>The byte at <paramref name="offset"/>; the caller must keep this object alive.</summary>
    public byte* At(long offset) => _start + offset;

    /// <summary>The bytes at <paramref name="offset"/>.</summary>
    public ReadOnlySpan<byte> Span(long offset, long count)
    {
        if (offset < 0 || count < 0 || count > int.MaxValue || offset > Length - count)
            throw new ModelFileException(Path, $"bytes {offset} to {offset + count} are needed, but the file has {Length} bytes: it is truncated or not what it seems.");
        return new ReadOnlySpan<byte>(_start + offset, (int)count);
    }

    /// <summary>Row-major float32 elements at <paramref name="offset"/>: a view of the mapping for aligned float32, else a converted copy.</summary>
    public Tensor Read(ElementType type, long offset, ReadOnlySpan<int> shape)
    {
        long length = 1;
        foreach (int size in shape) length *= size;
        int width = type.Size();
        if (offset < 0 || offset > Length - (length * width))
            throw new ModelFileException(Path, $"bytes {offset} to {offset + (length * width)} are needed, but the file has {Length} bytes: it is truncated or not what it seems.");
        Tensor tensor = Tensor.Empty(shape).Keep();
        Span<float> to = tensor.Span;
        // A span of bytes cannot exceed 2 GiB; a tensor can.
        const int Block = 1 << 20;
        for (int i = 0; i < to.Length; i += Block)
        {
            int count = Math.Min(Block, to.Length - i);
            ElementConversion.ToSingle(type, new ReadOnlySpan<byte>(_start + offset + ((long)i * width), count * width), to.Slice(i, count));
        }
        GC.KeepAlive(this);
        return tensor;
    }
}
