using System.Globalization;

namespace Interp.Cli;

/// <summary>Single tokens on the command line and in results.</summary>
internal static class TokenArgument
{
    private const string IdPrefix = "id:";

    /// <summary>A token from its text (<c>" Mary"</c>) or its id (<c>id:5335</c>; without a tokenizer also <c>5335</c>).</summary>
    public static int Parse(ModelFile file, string text)
    {
        bool named = text.StartsWith(IdPrefix, StringComparison.Ordinal);
        if (file.Tokenizer is null || named)
        {
            int vocabulary = file.Model.Config.Vocabulary;
            return int.TryParse(named ? text[IdPrefix.Length..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < vocabulary
                ? id
                : throw new UsageException($"'{text}' is not a token id from 0 to {vocabulary - 1}{(file.Tokenizer is null ? ", and this model has no tokenizer to look a text up in" : "")}.");
        }
        int[] ids = file.Tokenizer.Encode(text);
        return ids.Length == 1
            ? ids[0]
            : throw new UsageException($"'{text}' is {ids.Length} tokens ({string.Join(", ", ids.Select(i => $"'{file.Tokenizer.TokenText(i)}' = {IdPrefix}{i}"))}): give one of them. Words within a text usually start with a blank.");
    }

    /// <summary>The first row as text; as ids where there is no tokenizer.</summary>
    public static string Text(ModelFile file, Tokens tokens) => string.Join(file.Tokenizer is null ? " " : "", file.TokenTexts(tokens));
}
