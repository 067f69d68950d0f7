using System.Text;

namespace Interp.Tokenizers;

/// <summary>UTF-8 bytes as tokens: id = byte. Id 256, where asked for, starts a sequence.</summary>
/// <param name="withBos">Adds the id 256 as <see cref="BosToken"/>.</param>
public sealed class ByteTokenizer(bool withBos = false) : ITokenizer
{
    private const int Bos = 256;

    /// <inheritdoc/>
    public int Vocabulary { get; } = withBos ? 257 : 256;

    /// <inheritdoc/>
    public int? BosToken { get; } = withBos ? Bos : null;

    /// <inheritdoc/>
    public int? EosToken => null;

    /// <inheritdoc/>
    public bool PrependsBos { get; } = withBos;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> SpecialTokens { get; } = new Dictionary<string, int>();

    /// <inheritdoc/>
    /// <remarks>Half a surrogate pair becomes the bytes of U+FFFD.</remarks>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] ids = new int[bytes.Length];
        for (int i = 0; i < ids.Length; i++) ids[i] = bytes[i];
        return ids;
    }

    /// <inheritdoc/>
    /// <remarks>The BOS token decodes to nothing.</remarks>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        byte[] bytes = new byte[tokens.Length];
        int count = 0;
        foreach (int token in tokens)
        {
            Check(token);
            if (token != Bos) bytes[count++] = (byte)token;
        }
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    /// <inheritdoc/>
    public string TokenText(int token)
    {
        Check(token);
        return token switch
        {
            Bos => "<bos>",
            _ => ByteText.Show([(byte)token]),
        };
    }

    /// <summary>The same ids for the same text, as byte-pair encoding without merges, which has a file.</summary>
    internal static BpeTokenizer AsBytePairs()
    {
        string?[] tokens = [.. Enumerable.Range(0, 256).Select(b => ByteText.Character((byte)b).ToString())];
        BpeDefinition definition = new() { Path = "Bytes", Vocabulary = new BpeVocabulary(tokens, []) };
        return new BpeTokenizer(TokenizerJson.WithPipeline(definition, Gpt2VocabularyFiles.Pipeline));
    }

    private void Check(int token)
    {
        if ((uint)token >= (uint)Vocabulary)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"Byte tokens are 0 to {Vocabulary - 1}.");
    }
}
