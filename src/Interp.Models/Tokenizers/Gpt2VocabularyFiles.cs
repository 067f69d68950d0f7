using System.Text.Json;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>GPT-2's vocab.json (encoder.json) and merges.txt (vocab.bpe).</summary>
internal static class Gpt2VocabularyFiles
{
    private const string EndOfText = "<|endoftext|>";

    /// <summary>GPT-2's steps, as a tokenizer.json writes them.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Pipeline { get; } = MakePipeline();

    /// <summary>Reads vocab.json and the merges.txt beside it.</summary>
    public static BpeDefinition Read(string path)
    {
        string name = Path.GetFileName(path);
        string mergesPath = Path.Combine(Path.GetDirectoryName(path) ?? "", name.Replace("vocab.json", "merges.txt", StringComparison.Ordinal));
        using JsonDocument document = JsonFile.Open(path);
        string?[] tokens = TokenizerJson.ReadVocabulary(document.RootElement, new JsonFields(path, "the vocabulary", document.RootElement));
        BpeVocabulary vocabulary = new(tokens, ReadMerges(mergesPath, tokens));
        AddedToken[] added = vocabulary.Ids.TryGetValue(EndOfText, out int id) ? [new AddedToken(id, EndOfText, Special: true)] : [];
        BpeDefinition definition = new() { Path = path, Vocabulary = vocabulary, Added = added };
        return SpecialTokenNames.Apply(TokenizerJson.WithPipeline(definition, Pipeline));
    }

    private static Merge[] ReadMerges(string path, string?[] tokens)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"it cannot be opened, and a vocab.json needs it: {e.Message}", e);
        }
        MergeList merges = new(tokens, problem => new ModelFileException(path, problem));
        for (int i = 0; i < lines.Length; i++)
            if (lines[i].Length > 0 && !(i == 0 && lines[i].StartsWith("#version", StringComparison.Ordinal))) merges.Add(lines[i]);
        return merges.ToArray();
    }

    private static Dictionary<string, JsonElement> MakePipeline()
    {
        const string ByteLevel = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""";
        JsonElement step = JsonDocument.Parse(ByteLevel).RootElement;
        return new() { ["pre_tokenizer"] = step, ["post_processor"] = step, ["decoder"] = step };
    }
}
