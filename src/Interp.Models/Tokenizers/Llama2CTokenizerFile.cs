using System.Buffers.Binary;
using System.Text;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>llama2.c's tokenizer.bin: the longest token's length, then for each token its score (float32), its length and its UTF-8 text.</summary>
/// <remarks>Merging is by the highest score, the leftmost of equals; a space is put in front of every text.</remarks>
internal static class Llama2CTokenizerFile
{
    public static BpeDefinition Read(string path)
    {
        MappedFile file = new(path);
        List<string?> tokens = [];
        List<float> scores = [];
        for (long at = 4; at < file.Length;)
        {
            scores.Add(BinaryPrimitives.ReadSingleLittleEndian(file.Span(at, 4)));
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.Span(at + 4, 4));
            ReadOnlySpan<byte> text = file.Span(at + 8, length);
            tokens.Add(Encoding.UTF8.GetString(text));
            at += 8 + length;
        }
        if (tokens.Count < 259 || !IsByte(tokens[3], 0) || !IsByte(tokens[258], 255) || scores.Any(float.IsNaN))
            throw new ModelFileException(path, "this is not a llama2.c tokenizer: its tokens 3 to 258 must be <0x00> to <0xFF>, and scores numbers.");
        // llama2.c writes them with line ends around, so that they show; they are never part of a text.
        (tokens[1], tokens[2]) = ("<s>", "</s>");
        string?[] all = [.. tokens];
        int[] ranks = Ranks(scores);
        GC.KeepAlive(file);
        return new BpeDefinition
        {
            Path = path,
            Vocabulary = new BpeVocabulary(all, BpeVocabulary.MergesOf(all, id => ranks[id])),
            Added = [new AddedToken(1, "<s>", Special: true), new AddedToken(2, "</s>", Special: true)],
            Normalizers = [new Prepend(" ")],
            Decoders = [new ByteFallbackDecoder(), new FuseDecoder(), new StripDecoder(' ', 1, 0)],
            ByteFallback = true,
            Bos = 1,
            Eos = 2,
            PrependsBos = true,
        };
    }

    private static bool IsByte(string? token, byte b) => token is not null && ByteFallbackDecoder.ByteOf(token) == b;

    /// <summary>0 for the highest score; equal scores have equal ranks.</summary>
    private static int[] Ranks(List<float> scores)
    {
        float[] levels = [.. scores.Distinct().OrderDescending()];
        Dictionary<float, int> rank = levels.Index().ToDictionary(level => level.Item, level => level.Index);
        return [.. scores.Select(score => rank[score])];
    }
}
