using System.Buffers;
using System.Globalization;
using System.Text;

namespace Interp.Tokenizers;

/// <summary>Byte-level vocabularies write each byte as one printable character (GPT-2's <c>bytes_to_unicode</c>: a space is 'Ġ').</summary>
internal static class ByteText
{
    private static readonly char[] s_ofByte = MakeCharacters();
    private static readonly Dictionary<char, byte> s_ofCharacter = Enumerable.Range(0, 256).ToDictionary(b => s_ofByte[b], b => (byte)b);

    /// <summary>The character that stands for a byte.</summary>
    public static char Character(byte b) => s_ofByte[b];

    /// <summary>The text that stands for bytes.</summary>
    public static string Characters(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        foreach (byte b in bytes) text.Append(s_ofByte[b]);
        return text.ToString();
    }

    /// <summary>The bytes that <paramref name="token"/> stands for; false where a character stands for none.</summary>
    public static bool TryBytes(string token, out byte[] bytes)
    {
        bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
            if (!s_ofCharacter.TryGetValue(token[i], out bytes[i])) return false;
        return true;
    }

    /// <summary>Bytes for display: text where they are UTF-8, else <c>\xE2</c>.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == OperationStatus.Done) text.Append(rune.ToString());
            else foreach (byte b in bytes[..used]) text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}");
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    /// <summary>Printable Latin-1 characters stand for themselves; the other bytes, in order, get the characters from U+0100 on.</summary>
    private static char[] MakeCharacters()
    {
        char[] characters = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
            characters[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
        return characters;
    }
}
