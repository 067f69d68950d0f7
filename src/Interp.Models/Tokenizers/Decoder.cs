using System.Globalization;
using System.Text;

namespace Interp.Tokenizers;

/// <summary>A step from the tokens' own texts to the text they stand for.</summary>
internal abstract class Decoder
{
    public abstract List<string> Apply(List<string> tokens);
}

/// <summary>Characters that stand for bytes, back to UTF-8 text; a token with any other character stands for itself.</summary>
internal sealed class ByteLevelDecoder : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        List<byte> bytes = [];
        foreach (string token in tokens) bytes.AddRange(ByteText.TryBytes(token, out byte[] own) ? own : Encoding.UTF8.GetBytes(token));
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}

/// <summary>Runs of tokens like <c>&lt;0xE2&gt;</c> to text; a run that is not UTF-8 becomes one U+FFFD a byte.</summary>
internal sealed class ByteFallbackDecoder : Decoder
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The byte that a token such as <c>&lt;0xE2&gt;</c> names.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte b) ? b : null;

    public override List<string> Apply(List<string> tokens)
    {
        List<string> result = [];
        List<byte> run = [];
        foreach (string token in tokens)
        {
            if (ByteOf(token) is byte b)
            {
                run.Add(b);
                continue;
            }
            Flush(run, result);
            result.Add(token);
        }
        Flush(run, result);
        return result;
    }

    private static void Flush(List<byte> run, List<string> result)
    {
        if (run.Count == 0) return;
        try
        {
            result.Add(s_strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            foreach (byte _ in run) result.Add("\ufffd");
        }
        run.Clear();
    }
}

/// <summary>Replaces a literal in every token.</summary>
internal sealed class ReplaceDecoder(string literal, string content) : Decoder
{
    public override List<string> Apply(List<string> tokens) => tokens.ConvertAll(t => t.Replace(literal, content, StringComparison.Ordinal));
}

/// <summary>Joins all tokens to one.</summary>
internal sealed class FuseDecoder : Decoder
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Takes up to <paramref name="start"/> leading and <paramref name="stop"/> trailing characters <paramref name="content"/> from every token.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : Decoder
{
    public override List<string> Apply(List<string> tokens) => tokens.ConvertAll(token =>
    {
        int from = 0, to = token.Length;
        while (from < to && from < start && token[from] == content) from++;
        while (to > from && token.Length - to < stop && token[to - 1] == content) to--;
        return token[from..to];
    });
}

/// <summary>The replacement back to ' '; where one was put in front, the first token loses its own (all of them, as in Hugging Face's library).</summary>
internal sealed class MetaspaceDecoder(char replacement, bool prepended) : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        List<string> result = tokens.ConvertAll(t => t.Replace(replacement, ' '));
        if (prepended && tokens.Count > 0) result[0] = tokens[0].Replace(replacement.ToString(), "", StringComparison.Ordinal);
        return result;
    }
}
