namespace Interp.Tokenizers;

/// <summary>Byte-pair encoding as Hugging Face's <c>tokenizer.json</c> describes it.</summary>
public sealed class BpeTokenizer : ITokenizer
{
    private BpeTokenizer() { }

    /// <inheritdoc/>
    public int Vocabulary => throw new NotImplementedException();

    /// <inheritdoc/>
    public int? BosToken => throw new NotImplementedException();

    /// <inheritdoc/>
    public int? EosToken => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> SpecialTokens => throw new NotImplementedException();

    /// <summary>Opens a tokenizer.json (or the folder that holds one, or GPT-2's vocab.json and merges.txt).</summary>
    public static BpeTokenizer Open(string path) => throw new NotImplementedException();

    /// <inheritdoc/>
    public int[] Encode(string text) => throw new NotImplementedException();

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens) => throw new NotImplementedException();

    /// <inheritdoc/>
    public string TokenText(int token) => throw new NotImplementedException();

    /// <summary>Writes a Hugging Face tokenizer.json, atomically.</summary>
    public void Save(string path) => throw new NotImplementedException();
}
