using System.Buffers.Binary;
using System.Text;

namespace Interp.Files;

/// <summary>Where the entries of a zip archive lie in its file. Entries must be stored, not compressed, as PyTorch stores them: they can then be mapped.</summary>
internal sealed class ZipDirectory
{
    private const uint LocalHeader = 0x04034b50, CentralHeader = 0x02014b50, EndOfDirectory = 0x06054b50, EndOfDirectory64 = 0x06064b50, Locator64 = 0x07064b50;

    private readonly MappedFile _file;
    private readonly Dictionary<string, (long Offset, long Length)> _entries = [];

    /// <exception cref="ModelFileException">The file is no zip archive, or a defective one.</exception>
    public ZipDirectory(MappedFile file)
    {
        _file = file;
        (long at, long size, long count) = FindDirectory();
        long end = at + size;
        for (long i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = file.Span(at, 46);
            if (U32(header) != CentralHeader || at >= end) throw Error($"entry {i} of its directory (at byte {at}) is not one.");
            int nameLength = U16(header[28..]), extraLength = U16(header[30..]), commentLength = U16(header[32..]);
            string name = Encoding.UTF8.GetString(file.Span(at + 46, nameLength));
            Entry entry = new(U32(header[20..]), U32(header[24..]), U32(header[42..]));
            entry = WithExtra(entry, file.Span(at + 46 + nameLength, extraLength), name);
            if (U16(header[10..]) != 0 || entry.Stored != entry.Length) throw Error($"its entry '{name}' is compressed; PyTorch stores them as they are. Unpack it and pack it again without compression.");
            if ((U16(header[8..]) & 1) != 0) throw Error($"its entry '{name}' is encrypted.");
            if (!_entries.TryAdd(name, (DataOffset(entry, name), entry.Length))) throw Error($"it has two entries '{name}'.");
            at += 46 + nameLength + extraLength + commentLength;
        }
    }

    /// <summary>Entries by name: their first byte and their length.</summary>
    public IReadOnlyDictionary<string, (long Offset, long Length)> Entries => _entries;

    /// <summary>Whether a file begins as zip archives do.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length >= 4 && U32(bytes) == LocalHeader;

    private (long Offset, long Size, long Count) FindDirectory()
    {
        // The end record is the last thing but for a comment of up to 65,535 bytes.
        int tailLength = (int)Math.Min(_file.Length, 22 + 65535);
        ReadOnlySpan<byte> tail = _file.Span(_file.Length - tailLength, tailLength);
        int at = tail.Length - 22;
        while (at >= 0 && U32(tail[at..]) != EndOfDirectory) at--;
        if (at < 0) throw Error("it has no end-of-directory record: it is not a zip archive, or truncated.");
        (long count, long size, long offset) = (U16(tail[(at + 10)..]), U32(tail[(at + 12)..]), U32(tail[(at + 16)..]));
        if (at >= 20 && U32(tail[(at - 20)..]) == Locator64)
        {
            ReadOnlySpan<byte> record = _file.Span(I64(tail[(at - 12)..]), 56);
            if (U32(record) != EndOfDirectory64) throw Error("its 64-bit end-of-directory record is not where it should be.");
            (count, size, offset) = (I64(record[32..]), I64(record[40..]), I64(record[48..]));
        }
        if (count < 0 || offset < 0 || size < 0 || offset > _file.Length - size || count > size / 46) throw Error($"its directory of {count} entries in {size} bytes at byte {offset} does not fit the file of {_file.Length} bytes.");
        return (offset, size, count);
    }

    /// <summary>Sizes and offsets that do not fit 32 bits stand in an extra field, those of them that are needed, in this order.</summary>
    private Entry WithExtra(Entry entry, ReadOnlySpan<byte> extra, string name)
    {
        while (extra.Length >= 4)
        {
            int kind = U16(extra), length = U16(extra[2..]);
            if (length > extra.Length - 4) throw Error($"the extra fields of its entry '{name}' are cut off.");
            ReadOnlySpan<byte> field = extra.Slice(4, length);
            if (kind == 1)
            {
                long Next(long value, ref ReadOnlySpan<byte> rest)
                {
                    if (value != uint.MaxValue) return value;
                    if (rest.Length < 8) throw Error($"the 64-bit sizes of its entry '{name}' are cut off.");
                    long wide = I64(rest);
                    rest = rest[8..];
                    return wide;
                }
                long whole = Next(entry.Length, ref field), stored = Next(entry.Stored, ref field), header = Next(entry.Header, ref field);
                entry = new Entry(stored, whole, header);
            }
            extra = extra[(4 + length)..];
        }
        return entry;
    }

    private long DataOffset(Entry entry, string name)
    {
        if (entry.Header < 0 || entry.Length < 0 || entry.Header > _file.Length - 30) throw Error($"its entry '{name}' lies outside the file of {_file.Length} bytes.");
        ReadOnlySpan<byte> local = _file.Span(entry.Header, 30);
        if (U32(local) != LocalHeader) throw Error($"its entry '{name}' has no header at byte {entry.Header}.");
        long offset = entry.Header + 30 + U16(local[26..]) + U16(local[28..]);
        if (offset > _file.Length - entry.Length) throw Error($"its entry '{name}' of {entry.Length} bytes at byte {offset} goes beyond the end of the file at {_file.Length}: it is truncated.");
        return offset;
    }

    private ModelFileException Error(string problem) => new(_file.Path, problem);

    private static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long I64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);

    private readonly record struct Entry(long Stored, long Length, long Header);
}
