using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interp.Notebook.Protocol;

/// <summary>Jupyter messages as frames: identities, <c>&lt;IDS|MSG&gt;</c>, signature, header, parent header, metadata, content, buffers.</summary>
/// <remarks>The signature is the hexadecimal HMAC-SHA256 of the four JSON frames under the connection's key; an empty key signs nothing.</remarks>
internal sealed class MessageCodec(string key)
{
    private static readonly byte[] s_delimiter = Encoding.ASCII.GetBytes("<IDS|MSG>");
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <exception cref="FormatException">The frames are no message, or its signature is wrong.</exception>
    public JupyterMessage Decode(byte[][] frames)
    {
        int delimiter = Array.FindIndex(frames, f => f.AsSpan().SequenceEqual(s_delimiter));
        if (delimiter < 0) throw new FormatException("the frames hold no <IDS|MSG> delimiter");
        if (frames.Length < delimiter + 6) throw new FormatException($"a message has 5 frames after its delimiter, not {frames.Length - delimiter - 1}");
        if (!CryptographicOperations.FixedTimeEquals(Sign(frames.AsSpan(delimiter + 2, 4)), frames[delimiter + 1]))
            throw new FormatException("the signature is wrong");
        return new JupyterMessage(
            frames[..delimiter], Object(frames[delimiter + 2], "header"), Object(frames[delimiter + 3], "parent header"),
            Object(frames[delimiter + 4], "metadata"), Object(frames[delimiter + 5], "content"), frames[(delimiter + 6)..]);
    }

    public byte[][] Encode(JupyterMessage message)
    {
        byte[][] json = [Bytes(message.Header), Bytes(message.Parent), Bytes(message.Metadata), Bytes(message.Content)];
        return [.. message.Identities, s_delimiter, Sign(json), .. json, .. message.Buffers];
    }

    private static byte[] Bytes(JsonObject value) => JsonSerializer.SerializeToUtf8Bytes(value, s_json);

    private static JsonObject Object(byte[] frame, string what)
    {
        try
        {
            return JsonNode.Parse(frame) as JsonObject ?? throw new FormatException($"the {what} is no JSON object");
        }
        catch (JsonException e)
        {
            throw new FormatException($"the {what} is no JSON: {e.Message}", e);
        }
    }

    private byte[] Sign(ReadOnlySpan<byte[]> json)
    {
        if (_key.Length == 0) return [];
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (byte[] frame in json) hash.AppendData(frame);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
