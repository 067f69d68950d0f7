namespace Interp.Models.Tests.Fuzz;

/// <summary>Damages bytes as broken downloads, other programs and attackers do.</summary>
internal static class Mutation
{
    private static readonly ulong[] s_extremes =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF];

    private static readonly string[] s_numbers = ["0", "-1", "1", "2147483647", "2147483648", "4294967296", "9223372036854775807", "1e999", "1.5", "null", "true", "\"\"", "[]", "{}", "NaN"];

    /// <summary>One to four changes.</summary>
    public static byte[] Apply(byte[] original, Rng random, bool text)
    {
        List<byte> bytes = [.. original];
        for (int n = 1 + random.Next(4); n > 0; n--)
        {
            if (bytes.Count == 0) return [];
            int at = random.Next(bytes.Count);
            switch (random.Next(text ? 8 : 6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(1 + random.Next(16), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + random.Next(32), bytes.Count - at))); break;
                case 4: Write(bytes, at, s_extremes[random.Next(s_extremes.Length)], 1 << random.Next(4)); break;
                case 5 when random.Next(4) == 0: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: bytes[at] = bytes[random.Next(bytes.Count)]; break;
                default: ReplaceValue(bytes, at, s_numbers[random.Next(s_numbers.Length)]); break;
            }
        }
        return [.. bytes];
    }

    private static void Write(List<byte> bytes, int at, ulong value, int width)
    {
        for (int i = 0; i < width && at + i < bytes.Count; i++) bytes[at + i] = (byte)(value >> (8 * i));
    }

    /// <summary>Puts another value where a JSON value follows a colon or a comma.</summary>
    private static void ReplaceValue(List<byte> bytes, int at, string value)
    {
        int start = bytes.FindIndex(at, b => b is (byte)':' or (byte)',' or (byte)'[');
        if (start < 0) return;
        int end = bytes.FindIndex(start + 1, b => b is (byte)',' or (byte)'}' or (byte)']');
        if (end < 0) return;
        bytes.RemoveRange(start + 1, end - start - 1);
        bytes.InsertRange(start + 1, value.Select(c => (byte)c));
    }
}
