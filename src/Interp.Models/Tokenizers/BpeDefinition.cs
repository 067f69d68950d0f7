using System.Text.Json;

namespace Interp.Tokenizers;

/// <summary>All that a tokenizer file says.</summary>
internal sealed record BpeDefinition
{
    /// <summary>The file, for messages.</summary>
    public required string Path { get; init; }

    public required BpeVocabulary Vocabulary { get; init; }

    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    public IReadOnlyList<Normalizer> Normalizers { get; init; } = [];

    public IReadOnlyList<PreTokenizer> PreTokenizers { get; init; } = [];

    /// <summary>Null: tokens are joined by spaces.</summary>
    public IReadOnlyList<Decoder>? Decoders { get; init; }

    /// <summary>Whether a piece is its UTF-8 bytes, written with <see cref="ByteText"/>, rather than its characters.</summary>
    public bool ByteLevel { get; init; }

    /// <summary>A character that is no token becomes its bytes' tokens <c>&lt;0xE2&gt;</c>.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>A piece that is a token is that token, whatever the merges would make of it.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>The token of what is no token.</summary>
    public int? Unknown { get; init; }

    /// <summary>A run of unknown characters is one token.</summary>
    public bool FuseUnknown { get; init; }

    public int? Bos { get; init; }

    public int? Eos { get; init; }

    public bool PrependsBos { get; init; }

    /// <summary>The tokenizer.json beside vocabulary, merges and added tokens (normalizer, pre_tokenizer, …), for saving; null where there is no such form.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Pipeline { get; init; }
}
