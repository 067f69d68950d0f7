using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Interp.Tokenizers;

/// <summary>Cuts text at the matches of a regular expression or a literal.</summary>
/// <remarks>
/// .NET matches UTF-16 units, the tokenizers' authors code points. So a text with surrogate pairs is matched through a
/// shadow in which each pair is one character of the same Unicode category; categories, white space and literals are all that
/// the accepted patterns can see.
/// </remarks>
internal sealed partial class PatternSplitter : PreTokenizer
{
    private static readonly char[] s_ofCategory = MakeRepresentatives();
    private readonly Regex _regex;
    private readonly bool _keepMatches;
    private readonly bool _keepGaps;

    /// <param name="pattern">The expression.</param>
    /// <param name="keepMatches">Whether matches are pieces.</param>
    /// <param name="keepGaps">Whether the text between matches is a piece.</param>
    /// <exception cref="NotSupportedException">The pattern has a construct whose meaning differs between engines.</exception>
    public PatternSplitter(string pattern, bool keepMatches, bool keepGaps)
    {
        (_keepMatches, _keepGaps) = (keepMatches, keepGaps);
        if (!Portable().IsMatch(pattern)) throw new NotSupportedException("it uses a construct whose meaning differs between regular-expression engines");
        try
        {
            _regex = new Regex(pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(60));
        }
        catch (ArgumentException e)
        {
            throw new NotSupportedException(e.Message, e);
        }
    }

    public override void Split(ReadOnlySpan<char> text, bool first, PieceAction next)
    {
        int[]? offsets = null;
        ReadOnlySpan<char> shadow = text.ContainsAnyInRange('\ud800', '\udfff') ? Shadow(text, out offsets) : text;
        int gap = 0;
        foreach (ValueMatch match in _regex.EnumerateMatches(shadow))
        {
            int start = offsets is null ? match.Index : offsets[match.Index];
            int end = offsets is null ? match.Index + match.Length : offsets[match.Index + match.Length];
            if (start == end) continue;
            if (_keepGaps && start > gap) next(text[gap..start], first && gap == 0);
            if (_keepMatches) next(text[start..end], first && start == 0);
            gap = end;
        }
        if (_keepGaps && gap < text.Length) next(text[gap..], first && gap == 0);
    }

    private static ReadOnlySpan<char> Shadow(ReadOnlySpan<char> text, out int[] offsets)
    {
        StringBuilder shadow = new(text.Length);
        offsets = new int[text.Length + 1];
        int i = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            offsets[shadow.Length] = i;
            shadow.Append(rune.IsBmp ? (char)rune.Value : s_ofCategory[(int)Rune.GetUnicodeCategory(rune)]);
            i += rune.Utf16SequenceLength;
        }
        offsets[shadow.Length] = i;
        return shadow.ToString();
    }

    /// <summary>A little-used character of each category (of the last in the basic plane, so that no pattern names it).</summary>
    private static char[] MakeRepresentatives()
    {
        char[] characters = new char[30];
        for (int c = 0; c < 0xFFFF; c++) characters[(int)CharUnicodeInfo.GetUnicodeCategory((char)c)] = (char)c;
        return characters;
    }

    // Literals, \s \S \r \n \t, categories, plain classes, groups, (?i: ), look-ahead, greedy quantifiers, alternatives.
    [GeneratedRegex("""
        \A(?:
            [^\\\[\](){}.^$*+?|] | \\[sSrnt] | \\[pP]\{(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)\} | \\[^\w\s]
          | \[\^?(?:[^\\\[\]&\-^~] | \\[sSrnt] | \\[pP]\{(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)\} | \\[^\w\s] | [^\W_]-[^\W_])+\]
          | \((?:\?(?:i?:|!|=))? | \) | \|
          | (?<=[^(|?*+}]|\\.)(?:[?*+](?![?*+]) | \{\d{1,3}(?:,\d{0,3})?\}(?![?*+]))
          | (?<=\\[pP]\{\w+\})[?*+](?![?*+])
          | (?<=\\[pP]\{\w+\})\{\d{1,3}(?:,\d{0,3})?\}(?![?*+])
        )*\z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Portable();
}
