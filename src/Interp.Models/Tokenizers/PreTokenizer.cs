namespace Interp.Tokenizers;

/// <summary>Takes a piece of text; <paramref name="first"/> is true where it begins the whole text.</summary>
internal delegate void PieceAction(ReadOnlySpan<char> piece, bool first);

/// <summary>Cuts text into the pieces inside which tokens are merged.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Calls <paramref name="next"/> with each piece, in order.</summary>
    public abstract void Split(ReadOnlySpan<char> text, bool first, PieceAction next);

    /// <summary>This, then <paramref name="steps"/> on every piece.</summary>
    public static PieceAction Chain(IReadOnlyList<PreTokenizer> steps, PieceAction last)
    {
        PieceAction action = last;
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            (PreTokenizer step, PieceAction next) = (steps[i], action);
            action = (piece, first) => step.Split(piece, first, next);
        }
        return action;
    }
}

/// <summary>A pre-tokenizer whose pieces cover the text; each ends where a scanner says.</summary>
internal abstract class Scanner : PreTokenizer
{
    /// <summary>The end of the piece that starts at <paramref name="i"/>.</summary>
    public abstract int End(ReadOnlySpan<char> text, int i);

    public sealed override void Split(ReadOnlySpan<char> text, bool first, PieceAction next)
    {
        for (int i = 0; i < text.Length;)
        {
            int end = End(text, i);
            next(text[i..end], first && i == 0);
            i = end;
        }
    }

    /// <summary>The end of <c>\s+(?!\S)|\s+</c>: white space, but its last character goes to what follows.</summary>
    protected static int EndOfSpace(ReadOnlySpan<char> text, int i)
    {
        int end = CharClass.EndOfRun(text, i, CharClass.Space);
        return end < text.Length && end > i + 1 ? end - 1 : end;
    }

    /// <summary>The end of <c>'s|'t|'re|'ve|'m|'ll|'d</c>, or <paramref name="i"/>; <paramref name="anyCase"/> folds case as Unicode does (ſ is an s).</summary>
    protected static int EndOfContraction(ReadOnlySpan<char> text, int i, bool anyCase)
    {
        if (text[i] != '\'' || i + 1 == text.Length) return i;
        char a = Fold(text[i + 1], anyCase);
        if (a is 's' or 't' or 'm' or 'd') return i + 2;
        if (i + 2 == text.Length) return i;
        char b = Fold(text[i + 2], anyCase);
        return (a, b) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? i + 3 : i;
    }

    private static char Fold(char c, bool anyCase) => !anyCase ? c : c == 'ſ' ? 's' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}

/// <summary>GPT-2's pattern: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</summary>
internal sealed class Gpt2Scanner : Scanner
{
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public override int End(ReadOnlySpan<char> text, int i)
    {
        int end = EndOfContraction(text, i, anyCase: false);
        if (end > i) return end;
        int start = text[i] == ' ' && i + 1 < text.Length ? i + 1 : i;
        byte kind = CharClass.At(text, start, out _);
        return kind == CharClass.Space ? EndOfSpace(text, i) : CharClass.EndOfRun(text, start, kind);
    }
}

/// <summary>The pattern of cl100k, Llama 3 (numbers of up to three digits) and Qwen 2 (one digit).</summary>
internal sealed class Cl100kScanner(int digits) : Scanner
{
    private const string Head = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}";
    private const string Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The scanner for a pattern, where it is one of these.</summary>
    public static Cl100kScanner? For(string pattern) => pattern switch
    {
        Head + Tail => new(1),
        Head + "{1,3}" + Tail => new(3),
        _ => null,
    };

    public override int End(ReadOnlySpan<char> text, int i)
    {
        int end = EndOfContraction(text, i, anyCase: true);
        if (end > i) return end;
        char c = text[i];
        byte kind = CharClass.At(text, i, out int width);
        if (kind == CharClass.Number) return CharClass.EndOfRun(text, i, CharClass.Number, digits);
        int letters = kind == CharClass.Letter || c is '\r' or '\n' ? i : i + width;
        end = CharClass.EndOfRun(text, letters, CharClass.Letter);
        if (end > letters) return end;
        int other = c == ' ' ? i + 1 : i;
        end = CharClass.EndOfRun(text, other, CharClass.Other);
        if (end > other) return EndOfLines(text, end);
        end = CharClass.EndOfRun(text, i, CharClass.Space);
        int line = text[i..end].LastIndexOfAny('\r', '\n');
        return line >= 0 ? i + line + 1 : EndOfSpace(text, i);
    }

    private static int EndOfLines(ReadOnlySpan<char> text, int i)
    {
        while (i < text.Length && text[i] is '\r' or '\n') i++;
        return i;
    }
}

/// <summary>Runs of digits apart from all else; or each digit.</summary>
internal sealed class DigitScanner(bool individual) : Scanner
{
    public override int End(ReadOnlySpan<char> text, int i)
    {
        bool number = CharClass.At(text, i, out int width) == CharClass.Number;
        if (number && individual) return i + width;
        do i += width;
        while (i < text.Length && (CharClass.At(text, i, out width) == CharClass.Number) == number);
        return i;
    }
}

/// <summary>Puts a space in front of text that does not begin with one (ByteLevel's add_prefix_space).</summary>
internal sealed class PrefixSpace : PreTokenizer
{
    public override void Split(ReadOnlySpan<char> text, bool first, PieceAction next)
    {
        if (text.StartsWith(" ")) next(text, first);
        else next($" {text}", first);
    }
}

/// <summary>SentencePiece's spaces: ' ' becomes the replacement, one is put in front, and each starts a piece.</summary>
internal sealed class Metaspace(char replacement, Metaspace.Scheme prepend, bool split) : PreTokenizer
{
    public enum Scheme { Never, First, Always }

    public override void Split(ReadOnlySpan<char> text, bool first, PieceAction next)
    {
        string replaced = text.ToString().Replace(' ', replacement);
        if ((prepend == Scheme.Always || (prepend == Scheme.First && first)) && !replaced.StartsWith(replacement)) replaced = replacement + replaced;
        if (!split)
        {
            next(replaced, first);
            return;
        }
        for (int i = 0; i < replaced.Length;)
        {
            int end = replaced.IndexOf(replacement, i + 1);
            if (end < 0) end = replaced.Length;
            next(replaced.AsSpan(i, end - i), first && i == 0);
            i = end;
        }
    }
}
