using System.Globalization;

namespace Interp.Tokenizers;

/// <summary>The character classes of the pre-tokenizers' patterns, by code point (.NET's own regular expressions see UTF-16 units).</summary>
internal static class CharClass
{
    /// <summary>Not <c>\p{L}</c>, <c>\p{N}</c> or <c>\s</c>.</summary>
    public const byte Other = 0;

    /// <summary><c>\p{L}</c></summary>
    public const byte Letter = 1;

    /// <summary><c>\p{N}</c></summary>
    public const byte Number = 2;

    /// <summary><c>\s</c>: Unicode's White_Space, as in Rust and Python.</summary>
    public const byte Space = 3;

    private static readonly byte[] s_basic = MakeBasicPlane();

    /// <summary>The class of the code point at <paramref name="i"/> and the number of UTF-16 units it takes.</summary>
    public static byte At(ReadOnlySpan<char> text, int i, out int width)
    {
        char c = text[i];
        if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
        {
            width = 2;
            return Of(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(c, text[i + 1])));
        }
        width = 1;
        return s_basic[c];
    }

    /// <summary>The end of the run of <paramref name="kind"/> that starts at <paramref name="i"/>; at most <paramref name="most"/> code points.</summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int i, byte kind, int most = int.MaxValue)
    {
        for (int n = 0; n < most && i < text.Length && At(text, i, out int width) == kind; n++) i += width;
        return i;
    }

    private static byte[] MakeBasicPlane()
    {
        byte[] classes = new byte[0x10000];
        for (int c = 0; c < classes.Length; c++)
            classes[c] = char.IsWhiteSpace((char)c) ? Space : Of(CharUnicodeInfo.GetUnicodeCategory((char)c));
        return classes;
    }

    private static byte Of(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Number,
        _ => Other,
    };
}
