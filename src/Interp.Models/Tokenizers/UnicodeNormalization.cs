using System.Globalization;
using System.Text;

namespace Interp.Tokenizers;

/// <summary>Unicode's canonical normal forms C and D.</summary>
/// <remarks>Own tables, because <see cref="string.Normalize()"/> leaves text as it is where .NET runs with invariant globalization.</remarks>
internal static class UnicodeNormalization
{
    // Unicode Standard, section 3.12: Hangul syllables are composed by arithmetic.
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    private static readonly Dictionary<int, (int First, int Second)> s_decompositions = [];
    private static readonly Dictionary<(int First, int Second), int> s_compositions = [];
    private static readonly Dictionary<int, byte> s_classes = [];

    static UnicodeNormalization()
    {
        using Stream stream = typeof(UnicodeNormalization).Assembly.GetManifestResourceStream("unicode-normalization.txt")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is string line)
        {
            string[] fields = line.Split(' ');
            if (fields[0] == "C")
            {
                for (int c = Hex(fields[2]); c <= Hex(fields[3]); c++) s_classes[c] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
                continue;
            }
            (int First, int Second) parts = (Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : 0);
            s_decompositions[Hex(fields[1])] = parts;
            if (fields[0] == "D") s_compositions[parts] = Hex(fields[1]);
        }
    }

    /// <summary>Form C (composed) or D (decomposed) of valid UTF-16 text.</summary>
    public static string Normalize(string text, bool compose)
    {
        // Below U+00C0 nothing decomposes; below U+0300 form C changes nothing.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', compose ? '\u02ff' : '\u00bf')) return text;
        List<int> codes = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) Decompose(rune.Value, codes);
        Reorder(codes);
        if (compose) Compose(codes);
        StringBuilder result = new(codes.Count);
        foreach (int code in codes)
        {
            if (code < 0x10000) result.Append((char)code);
            else result.Append(char.ConvertFromUtf32(code));
        }
        return result.ToString();
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static byte Class(int code) => code < 0x300 ? (byte)0 : s_classes.GetValueOrDefault(code);

    private static void Decompose(int code, List<int> to)
    {
        int s = code - SBase;
        if (code < 0xC0) to.Add(code);
        else if ((uint)s < SCount)
        {
            to.Add(LBase + (s / (VCount * TCount)));
            to.Add(VBase + (s % (VCount * TCount) / TCount));
            if (s % TCount != 0) to.Add(TBase + (s % TCount));
        }
        else if (s_decompositions.TryGetValue(code, out (int First, int Second) parts))
        {
            Decompose(parts.First, to);
            if (parts.Second != 0) Decompose(parts.Second, to);
        }
        else to.Add(code);
    }

    /// <summary>Sorts each run of combining marks by class, stably.</summary>
    private static void Reorder(List<int> codes)
    {
        for (int i = 0; i < codes.Count;)
        {
            if (Class(codes[i]) == 0)
            {
                i++;
                continue;
            }
            int end = i + 1;
            bool sorted = true;
            for (; end < codes.Count && Class(codes[end]) != 0; end++) sorted &= Class(codes[end - 1]) <= Class(codes[end]);
            if (!sorted)
            {
                int[] run = [.. codes.GetRange(i, end - i).OrderBy(Class)];
                for (int k = 0; k < run.Length; k++) codes[i + k] = run[k];
            }
            i = end;
        }
    }

    /// <summary>Joins each starter with the marks that follow it and are not blocked.</summary>
    private static void Compose(List<int> codes)
    {
        int starter = -1, kept = 0, before = 0;
        foreach (int code in codes.ToArray())
        {
            int kind = Class(code);
            bool adjacent = starter >= 0 && kept == starter + 1;
            if (starter >= 0 && (adjacent || before < kind) && Pair(codes[starter], code) is int composed)
            {
                codes[starter] = composed;
                continue;
            }
            if (kind == 0) starter = kept;
            before = kind;
            codes[kept++] = code;
        }
        codes.RemoveRange(kept, codes.Count - kept);
    }

    private static int? Pair(int a, int b)
    {
        if ((uint)(a - LBase) < LCount && (uint)(b - VBase) < VCount) return SBase + ((((a - LBase) * VCount) + (b - VBase)) * TCount);
        if ((uint)(a - SBase) < SCount && (a - SBase) % TCount == 0 && b > TBase && b < TBase + TCount) return a + (b - TBase);
        return s_compositions.TryGetValue((a, b), out int composed) ? composed : null;
    }
}
