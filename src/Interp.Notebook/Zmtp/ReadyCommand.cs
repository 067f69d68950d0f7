using System.Buffers.Binary;
using System.Text;

namespace Interp.Notebook.Zmtp;

/// <summary>The READY command of the NULL handshake: the name, then properties (1-byte name size, name, 4-byte value size, value).</summary>
internal static class ReadyCommand
{
    public static byte[] Write(SocketType type, ReadOnlySpan<byte> identity)
    {
        using MemoryStream body = new();
        body.WriteByte(5);
        body.Write("READY"u8);
        Property(body, "Socket-Type"u8, Encoding.ASCII.GetBytes(type.ToString().ToUpperInvariant()));
        if (type is SocketType.Router or SocketType.Dealer or SocketType.Req) Property(body, "Identity"u8, identity);
        return body.ToArray();
    }

    /// <summary>The peer's socket type and identity (empty where it gave none).</summary>
    public static (SocketType Type, byte[] Identity) Read(byte[] body)
    {
        if (body.AsSpan().StartsWith("\x05ERROR"u8)) throw new ZmtpException($"The peer refused the handshake: {Encoding.ASCII.GetString(body.AsSpan(6))}");
        if (!body.AsSpan().StartsWith("\x05READY"u8)) throw new ZmtpException("The peer's first command is not READY.");
        SocketType? type = null;
        byte[] identity = [];
        ReadOnlySpan<byte> rest = body.AsSpan(6);
        while (rest.Length > 0)
        {
            ReadOnlySpan<byte> name = Take(ref rest, Take(ref rest, 1)[0]);
            int size = BinaryPrimitives.ReadInt32BigEndian(Take(ref rest, 4));
            ReadOnlySpan<byte> value = Take(ref rest, size);
            string text = Encoding.ASCII.GetString(name);
            if (text.Equals("Socket-Type", StringComparison.OrdinalIgnoreCase))
                type = Enum.TryParse(Encoding.ASCII.GetString(value), ignoreCase: true, out SocketType t) ? t : throw new ZmtpException($"Unknown socket type '{Encoding.ASCII.GetString(value)}'.");
            else if (text.Equals("Identity", StringComparison.OrdinalIgnoreCase))
                identity = value.ToArray();
        }
        return (type ?? throw new ZmtpException("The peer's READY names no Socket-Type."), identity);
    }

    private static void Property(MemoryStream body, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, value.Length);
        body.WriteByte((byte)name.Length);
        body.Write(name);
        body.Write(size);
        body.Write(value);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int count)
    {
        if (count < 0 || count > rest.Length) throw new ZmtpException("The peer's READY is cut short.");
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
