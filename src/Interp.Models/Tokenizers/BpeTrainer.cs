namespace Interp.Tokenizers;

/// <summary>Trains byte-level byte-pair encoding on a text.</summary>
public static class BpeTrainer
{
    /// <summary>Trains a tokenizer.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabularySize">The number of ids, at least 257: the end-of-text token, 256 bytes, and merges.</param>
    public static BpeTokenizer Train(string text, int vocabularySize) => throw new NotImplementedException();
}
