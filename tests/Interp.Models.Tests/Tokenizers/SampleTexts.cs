using System.Globalization;
using System.Text;

namespace Interp.Models.Tests.Tokenizers;

/// <summary>Strings of every kind that a tokenizer meets: scripts, emoji, numbers, contractions, white space, broken surrogates, long runs.</summary>
internal static class SampleTexts
{
    // One range a script or block, so that words of one script are likely.
    private static readonly (int First, int Last)[] s_blocks =
    [
        (0x20, 0x7E), (0x20, 0x7E), (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x530, 0x58F),
        (0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x74F), (0x900, 0x97F), (0x980, 0x9FF), (0xA00, 0xDFF), (0xE00, 0xE7F), (0xF00, 0xFFF), (0x1000, 0x109F),
        (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x139F), (0x13A0, 0x13FF), (0x1780, 0x17FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F),
        (0x2190, 0x23FF), (0x2460, 0x27BF), (0x2C00, 0x2DFF), (0x3000, 0x30FF), (0x3130, 0x318F), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA640, 0xA7FF),
        (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xFB00, 0xFDFF), (0xFE00, 0xFFFD), (0x10000, 0x100FF), (0x10300, 0x103FF), (0x10900, 0x10FFF), (0x11000, 0x11FFF),
        (0x12000, 0x123FF), (0x1D400, 0x1D7FF), (0x1F000, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x2A6DF), (0xE0000, 0xE01EF),
    ];

    private static readonly string[] s_fragments =
    [
        "don't", "I'M", "we'LL", "they've", "it's", "O'Reilly", "'s", "''", "x='re'", "http://a.bc/d?e=f&g=1", "for (int i = 0; i < n; i++)", "1234567", "3.14159",
        "0x1F", "१२३४", "①②③", "½", "👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "👍🏽", "é", "e\u0301", "각", "ﬁ", "ǅ", "ŉ", "İ", "\u200b", "\u200d", "\u00ad", "\u2028", "\u3000", "\ufffd", "<|endoftext|>", "<s>",
    ];

    private static readonly string[] s_spaces = [" ", "  ", "   ", "\n", "\r\n", "\n\n", "\t", " \n", "\n ", "\u00a0", "\u2003", "\u3000", " \t ", "        ", "\r", "\v", "\f"];

    public static IEnumerable<string> Make(int count, ulong seed)
    {
        Rng random = new(seed);
        for (int i = 0; i < count; i++)
        {
            StringBuilder text = new();
            int parts = i % 2000 == 0 ? 300 : 1 + random.Next(5);
            for (int p = 0; p < parts; p++) Part(text, random);
            yield return text.ToString();
        }
    }

    private static void Part(StringBuilder text, Rng random)
    {
        switch (random.Next(10))
        {
            case 0 or 1: text.Append(s_fragments[random.Next(s_fragments.Length)]); break;
            case 2 or 3: text.Append(s_spaces[random.Next(s_spaces.Length)]); break;
            case 4: text.Append((char)random.Next(0xD800, 0xE000)); break;
            case 5: Run(text, random, (0, 0x2FFFF), random.Next(4)); break;
            case 6: text.Append(s_blocks[random.Next(s_blocks.Length)] is var block ? Pick(random, block) : null).Append(random.Next(20) == 0 ? new string('a', random.Next(150)) : ""); break;
            default: Run(text, random, s_blocks[random.Next(s_blocks.Length)], random.Next(9)); break;
        }
    }

    private static void Run(StringBuilder text, Rng random, (int First, int Last) block, int length)
    {
        if (random.Next(2) == 0) text.Append(' ');
        for (int i = 0; i < length; i++) text.Append(Pick(random, block));
    }

    /// <summary>An assigned character of a block. U+0085, U+FEFF and U+017F are left out: JavaScript's \s and case folding differ there from Rust's and Python's.</summary>
    private static string Pick(Rng random, (int First, int Last) block)
    {
        while (true)
        {
            int code = random.Next(block.First, block.Last + 1);
            if (code is (< 0xD800 or > 0xDFFF) and not 0x85 and not 0xFEFF and not 0x17F
                && CharUnicodeInfo.GetUnicodeCategory(code) != UnicodeCategory.OtherNotAssigned) return char.ConvertFromUtf32(code);
        }
    }
}
