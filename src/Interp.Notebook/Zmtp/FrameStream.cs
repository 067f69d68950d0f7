using System.Buffers.Binary;

namespace Interp.Notebook.Zmtp;

/// <summary>Reads and writes ZMTP 3.0 frames: a flags byte (bit 0 more, bit 1 long, bit 2 command), a size of 1 or 8 bytes, the body.</summary>
/// <remarks>Source: ZeroMQ RFC 23/ZMTP.</remarks>
internal sealed class FrameStream(Stream stream) : IDisposable
{
    private const byte More = 1, Long = 2, Command = 4;

    /// <summary>No Jupyter message comes near this; a larger size is a broken or hostile peer.</summary>
    public const int LargestFrame = 1 << 30;

    private const int LargestMessageFrames = 1024;
    // One buffer a direction: reads and writes run at the same time.
    private readonly BufferedStream _input = new(stream, 64 * 1024);
    private readonly BufferedStream _output = new(stream, 64 * 1024);

    /// <summary>Sends the 64-byte greeting with the NULL mechanism and checks the peer's.</summary>
    public async Task ExchangeGreetingAsync(CancellationToken cancel)
    {
        byte[] greeting = new byte[64];
        greeting[0] = 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        await _output.WriteAsync(greeting, cancel).ConfigureAwait(false);
        await _output.FlushAsync(cancel).ConfigureAwait(false);

        byte[] theirs = new byte[64];
        await _input.ReadExactlyAsync(theirs.AsMemory(0, 11), cancel).ConfigureAwait(false);
        if (theirs[0] != 0xFF || (theirs[9] & 1) == 0) throw new ZmtpException("The peer does not speak ZMTP: its greeting has no signature.");
        if (theirs[10] < 3) throw new ZmtpException($"The peer speaks ZMTP {theirs[10]}; version 3 is needed.");
        await _input.ReadExactlyAsync(theirs.AsMemory(11), cancel).ConfigureAwait(false);
        if (!theirs.AsSpan(12, 20).StartsWith("NULL\0"u8)) throw new ZmtpException("The peer asks for a security mechanism; only NULL is offered (messages are signed instead).");
    }

    /// <summary>The next message (its frames) or command (one frame).</summary>
    /// <exception cref="EndOfStreamException">The peer closed the connection.</exception>
    public async Task<(bool IsCommand, byte[][] Frames)> ReadAsync(CancellationToken cancel)
    {
        List<byte[]> frames = [];
        byte[] header = new byte[9];
        long total = 0;
        while (true)
        {
            await _input.ReadExactlyAsync(header.AsMemory(0, 2), cancel).ConfigureAwait(false);
            byte flags = header[0];
            if ((flags & ~(More | Long | Command)) != 0) throw new ZmtpException($"A frame has unknown flags 0x{flags:X2}.");
            long size = header[1];
            if ((flags & Long) != 0)
            {
                await _input.ReadExactlyAsync(header.AsMemory(2, 7), cancel).ConfigureAwait(false);
                size = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(1));
            }
            total += size;
            if (size < 0 || total > LargestFrame || frames.Count == LargestMessageFrames)
                throw new ZmtpException($"A message is too large: frame {frames.Count} of {size} bytes.");
            frames.Add(await ReadBodyAsync((int)size, cancel).ConfigureAwait(false));
            if ((flags & Command) != 0)
            {
                if ((flags & More) != 0 || frames.Count > 1) throw new ZmtpException("A command came inside a message.");
                return (true, [.. frames]);
            }
            if ((flags & More) == 0) return (false, [.. frames]);
        }
    }

    /// <summary>Writes one message; <see cref="FlushAsync"/> sends it.</summary>
    public async Task WriteMessageAsync(IReadOnlyList<byte[]> frames, CancellationToken cancel)
    {
        for (int i = 0; i < frames.Count; i++)
            await WriteFrameAsync(i < frames.Count - 1 ? More : (byte)0, frames[i], cancel).ConfigureAwait(false);
    }

    /// <summary>Writes one command; <see cref="FlushAsync"/> sends it.</summary>
    public Task WriteCommandAsync(byte[] body, CancellationToken cancel) => WriteFrameAsync(Command, body, cancel);

    /// <summary>Sends what was written.</summary>
    public Task FlushAsync(CancellationToken cancel) => _output.FlushAsync(cancel);

    public void Dispose() => stream.Dispose();

    private async Task<byte[]> ReadBodyAsync(int size, CancellationToken cancel)
    {
        // Grows with what arrives, so that a size alone cannot make us allocate.
        const int Step = 1 << 22;
        byte[] body = new byte[Math.Min(size, Step)];
        int read = 0;
        while (true)
        {
            await _input.ReadExactlyAsync(body.AsMemory(read), cancel).ConfigureAwait(false);
            read = body.Length;
            if (read == size) return body;
            Array.Resize(ref body, (int)Math.Min(size, 2L * read));
        }
    }

    private async Task WriteFrameAsync(byte flags, byte[] body, CancellationToken cancel)
    {
        byte[] header;
        if (body.Length <= byte.MaxValue)
        {
            header = [flags, (byte)body.Length];
        }
        else
        {
            header = new byte[9];
            header[0] = (byte)(flags | Long);
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(1), body.Length);
        }
        await _output.WriteAsync(header, cancel).ConfigureAwait(false);
        await _output.WriteAsync(body, cancel).ConfigureAwait(false);
    }
}
