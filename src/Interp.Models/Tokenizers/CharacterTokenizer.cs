using System.Text;

namespace Interp.Tokenizers;

/// <summary>One token a character (code point), as in character-level nanoGPT models.</summary>
public sealed class CharacterTokenizer : ITokenizer
{
    private readonly Rune[] _characters;
    private readonly Dictionary<Rune, int> _ids = [];

    /// <param name="characters">The characters, in the order of their ids; none twice.</param>
    public CharacterTokenizer(string characters)
    {
        ArgumentException.ThrowIfNullOrEmpty(characters);
        _characters = [.. characters.EnumerateRunes()];
        for (int id = 0; id < _characters.Length; id++)
            if (!_ids.TryAdd(_characters[id], id)) throw new ArgumentException($"The character '{_characters[id]}' is there twice.", nameof(characters));
    }

    /// <inheritdoc/>
    public int Vocabulary => _characters.Length;

    /// <inheritdoc/>
    public int? BosToken => null;

    /// <inheritdoc/>
    public int? EosToken => null;

    /// <inheritdoc/>
    public bool PrependsBos => false;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> SpecialTokens { get; } = new Dictionary<string, int>();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A character is not in the vocabulary.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            ids.Add(_ids.TryGetValue(rune, out int id)
                ? id : throw new ArgumentException($"The character '{rune}' (U+{rune.Value:X4}) is not one of the {Vocabulary} that this model knows.", nameof(text)));
        }
        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        StringBuilder text = new(tokens.Length);
        foreach (int token in tokens) text.Append(TokenText(token));
        return text.ToString();
    }

    /// <inheritdoc/>
    public string TokenText(int token) => (uint)token < (uint)Vocabulary
        ? _characters[token].ToString()
        : throw new ArgumentOutOfRangeException(nameof(token), token, $"The tokens are 0 to {Vocabulary - 1}.");
}
