namespace Interp.Tokenizers;

/// <summary>Text to token ids and back.</summary>
public interface ITokenizer
{
    /// <summary>The number of token ids: 0 to Vocabulary − 1.</summary>
    int Vocabulary { get; }

    /// <summary>The id that starts a sequence, where there is one.</summary>
    int? BosToken { get; }

    /// <summary>The id that ends a sequence, where there is one.</summary>
    int? EosToken { get; }

    /// <summary>Whether the tokenizer's authors put <see cref="BosToken"/> in front of every text (Llama: yes, GPT-2: no).</summary>
    bool PrependsBos { get; }

    /// <summary>The tokens that are found in text before anything else, such as <c>&lt;|endoftext|&gt;</c>, by their text.</summary>
    IReadOnlyDictionary<string, int> SpecialTokens { get; }

    /// <summary>The token ids of a text. No BOS or EOS is added: put <see cref="BosToken"/> in front where the model wants it.</summary>
    int[] Encode(string text);

    /// <summary>The text of token ids. Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not below <see cref="Vocabulary"/>.</exception>
    string Decode(ReadOnlySpan<int> tokens);

    /// <summary>One token for display: spaces and line ends as written, bytes that are no text as <c>\xE2</c>.</summary>
    string TokenText(int token);
}
