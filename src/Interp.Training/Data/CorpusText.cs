using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Interp.Tokenizers;

namespace Interp.Data;

/// <summary>Random crops of a UTF-8 text file, as bytes or as tokens of a byte-pair encoding trained on it.</summary>
/// <remarks>The end of the text is held out: training rows never touch it, evaluation rows come from nowhere else.</remarks>
public sealed record CorpusText : DataRecipe
{
    /// <summary>The name of the tokenizer in a run's folder.</summary>
    public const string TokenizerFile = "tokenizer.json";

    /// <summary>The text file's full path.</summary>
    public required string File { get; init; }

    /// <summary>The SHA-256 of the file's bytes, in hexadecimal: a changed file is an error, not another result. Empty checks nothing.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The number of ids of the byte-pair encoding to train, at least 257; 0 takes bytes as tokens.</summary>
    public int BpeVocabulary { get; init; }

    /// <summary>The fraction of the tokens, at the end, that is held out for evaluation.</summary>
    public double HeldOut { get; init; } = 0.05;

    /// <summary>The recipe for a file as it is now: with its full path and its hash.</summary>
    public static CorpusText From(string file, int bpeVocabulary = 0)
    {
        string full = Path.GetFullPath(file);
        return new CorpusText { File = full, Sha256 = Convert.ToHexString(SHA256.HashData(Read(full))), BpeVocabulary = bpeVocabulary };
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is not UTF-8, has changed, or is too short for rows of this length.</exception>
    public override ITokenSource Open(ulong seed, int context, string? folder = null)
    {
        Require(HeldOut is > 0 and < 1, $"The held-out fraction lies between 0 and 1; it is {HeldOut}.");
        Require(BpeVocabulary is 0 or > 256, $"A byte-pair encoding has at least 257 ids, not {BpeVocabulary}; 0 takes bytes as tokens.");
        byte[] bytes = Read(File);
        if (Sha256.Length > 0 && !string.Equals(Sha256, Convert.ToHexString(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"{File} has changed since the run began: its SHA-256 is no longer {Sha256}. Restore the file, or begin a new run.");
        string text = Decode(bytes);
        ITokenizer tokenizer = OpenTokenizer(text, folder);
        int[] tokens = tokenizer.Encode(text);

        int training = (int)(tokens.Length * (1 - HeldOut));
        int shortest = Math.Min(training, tokens.Length - training);
        if (shortest < context)
        {
            throw new InvalidDataException(
                $"{File} is too short: {tokens.Length} tokens leave {training} for training and {tokens.Length - training} for evaluation; rows of {context} tokens need at least {context} in each.");
        }
        return new Source(seed, context, tokenizer, tokens, training);
    }

    private static byte[] Read(string file) => System.IO.File.Exists(file)
        ? System.IO.File.ReadAllBytes(file)
        : throw new FileNotFoundException($"There is no text file {file}.", file);

    private string Decode(byte[] bytes)
    {
        ReadOnlySpan<byte> utf8 = bytes;
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (Utf8.IsValid(utf8)) return Encoding.UTF8.GetString(utf8);

        Span<char> characters = new char[utf8.Length];
        Utf8.ToUtf16(utf8, characters, out int valid, out _, replaceInvalidSequences: false);
        throw new InvalidDataException($"{File} is not UTF-8: the bytes at offset {valid + bytes.Length - utf8.Length} begin no character. Convert the file to UTF-8.");
    }

    private ITokenizer OpenTokenizer(string text, string? folder)
    {
        if (BpeVocabulary == 0) return new ByteTokenizer();
        string? kept = folder is null ? null : Path.Combine(folder, TokenizerFile);
        if (kept is not null && System.IO.File.Exists(kept)) return BpeTokenizer.Open(kept);
        BpeTokenizer trained = BpeTrainer.Train(text, BpeVocabulary);
        if (kept is not null) trained.Save(kept);
        return trained;
    }

    private sealed class Source(ulong seed, int context, ITokenizer tokenizer, int[] tokens, int training) : ITokenSource
    {
        public int Vocabulary => tokenizer.Vocabulary;

        public int Context => context;

        public ITokenizer? Tokenizer => tokenizer;

        public void TrainingRow(long index, Span<int> row) =>
            Crop(RandomUse.TrainingRows.Stream(seed, index), tokens.AsSpan(0, training), row);

        public void EvaluationRow(long index, Span<int> row) =>
            Crop(RandomUse.EvaluationRows.Stream(seed, index), tokens.AsSpan(training), row);

        private static void Crop(Rng random, ReadOnlySpan<int> text, Span<int> row) =>
            text.Slice(random.Next(text.Length - row.Length + 1), row.Length).CopyTo(row);
    }
}
