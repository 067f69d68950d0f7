using System.Text;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>Byte-pair encoding: byte-level (GPT-2, NeoX, Llama 3, Qwen) or over characters with byte fallback (Llama 2, llama2.c).</summary>
/// <remarks>Ids agree with the Hugging Face tokenizers library; a file with a feature that this class lacks is refused by the feature's name. Safe to use from several threads.</remarks>
/// <example><code>
/// BpeTokenizer tokenizer = BpeTokenizer.Open("gpt2/tokenizer.json");
/// int[] ids = tokenizer.Encode("Hello world!");
/// </code></example>
public sealed class BpeTokenizer : ITokenizer
{
    private static readonly string[] s_fileNames = ["tokenizer.json", "vocab.json", "tokenizer.bin"];

    private readonly BpeDefinition _definition;
    private readonly PieceEncoder _pieces;
    private readonly AddedTokenFinder _raw;
    private readonly AddedTokenFinder _normalized;
    private readonly Dictionary<int, AddedToken> _added;
    private readonly Dictionary<string, int> _special;
    // The cache of the last Encode that ended: concurrent ones make their own.
    private PieceCache? _spare;

    internal BpeTokenizer(BpeDefinition definition)
    {
        _definition = definition;
        _pieces = new PieceEncoder(definition);
        _raw = new AddedTokenFinder(definition.Added.Where(t => !t.Normalized), t => t.Content);
        _normalized = new AddedTokenFinder(definition.Added.Where(t => t.Normalized), t => Normalize(t.Content));
        _added = definition.Added.ToDictionary(t => t.Id);
        _special = definition.Added.Where(t => t.Special).ToDictionary(t => t.Content, t => t.Id);
        Vocabulary = Math.Max(definition.Vocabulary.Tokens.Length, definition.Added.Select(t => t.Id + 1).DefaultIfEmpty().Max());
    }

    /// <inheritdoc/>
    public int Vocabulary { get; }

    /// <inheritdoc/>
    public int? BosToken => _definition.Bos;

    /// <inheritdoc/>
    public int? EosToken => _definition.Eos;

    /// <inheritdoc/>
    public bool PrependsBos => _definition.PrependsBos;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> SpecialTokens => _special;

    /// <summary>False for the tokenizer of a llama2.c file, whose scores a tokenizer.json cannot express.</summary>
    internal bool CanSave => _definition.Pipeline is not null;

    /// <summary>Opens a Hugging Face tokenizer.json, GPT-2's vocab.json (with merges.txt beside it), a llama2.c tokenizer.bin, or a folder that holds one of them.</summary>
    /// <exception cref="ModelFileException">There is none, or it is defective, or it has an unsupported feature, which is named.</exception>
    public static BpeTokenizer Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            path = s_fileNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
                ?? throw new ModelFileException(path, "this folder has no tokenizer.json, no vocab.json with merges.txt and no tokenizer.bin.");
        }
        return new BpeTokenizer(Path.GetExtension(path) switch
        {
            ".bin" => Llama2CTokenizerFile.Read(path),
            _ when Path.GetFileName(path).EndsWith("vocab.json", StringComparison.Ordinal) => Gpt2VocabularyFiles.Read(path),
            _ => TokenizerJson.Read(path),
        });
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        PieceCache cache = Interlocked.Exchange(ref _spare, null) ?? new PieceCache();
        List<int> ids = new((text.Length / 4) + 4);
        PieceAction encode = PreTokenizer.Chain(_definition.PreTokenizers, (piece, _) => _pieces.Encode(piece, cache, ids));
        ForSections(_raw, WithoutLoneSurrogates(text), ids, (section, first) =>
            ForSections(_normalized, Normalize(section.ToString()), ids, (rest, restFirst) => encode(rest, first && restFirst)));
        _spare = cache;
        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        List<string> texts = new(tokens.Length);
        foreach (int token in tokens) texts.Add(Written(token));
        if (_definition.Decoders is null) return string.Join(' ', texts);
        foreach (Decoder decoder in _definition.Decoders) texts = decoder.Apply(texts);
        return string.Concat(texts);
    }

    /// <inheritdoc/>
    public string TokenText(int token)
    {
        string written = Written(token);
        if (_added.ContainsKey(token)) return written;
        if (_definition.ByteLevel) return ByteText.TryBytes(written, out byte[] bytes) ? ByteText.Show(bytes) : written;
        return ByteFallbackDecoder.ByteOf(written) is byte b ? ByteText.Show([b]) : written.Replace('▁', ' ');
    }

    /// <summary>Writes a Hugging Face tokenizer.json, atomically.</summary>
    /// <exception cref="NotSupportedException">The tokenizer comes from a llama2.c file, whose scores tokenizer.json cannot express.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        TokenizerJson.Write(path, _definition);
    }

    /// <summary>Adds the ids of the added tokens in a text and hands on what lies between them.</summary>
    private static void ForSections(AddedTokenFinder finder, string text, List<int> ids, PieceAction section)
    {
        for (int i = 0; i < text.Length;)
        {
            AddedToken? token = finder.Find(text, i, out int start, out int end);
            if (start > i) section(text.AsSpan(i, start - i), i == 0);
            if (token is not null) ids.Add(token.Id);
            i = end;
        }
    }

    private string Normalize(string text)
    {
        foreach (Normalizer normalizer in _definition.Normalizers) text = normalizer.Apply(text);
        return text;
    }

    private string Written(int token)
    {
        if ((uint)token >= (uint)Vocabulary)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"{_definition.Path} has the tokens 0 to {Vocabulary - 1}.");
        if (_added.TryGetValue(token, out AddedToken? added)) return added.Content;
        return token < _definition.Vocabulary.Tokens.Length ? _definition.Vocabulary.Tokens[token] ?? "" : "";
    }

    /// <summary>Half a surrogate pair is no character: it becomes U+FFFD.</summary>
    private static string WithoutLoneSurrogates(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return text;
        StringBuilder valid = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) valid.Append(rune.ToString());
        return valid.ToString();
    }
}
