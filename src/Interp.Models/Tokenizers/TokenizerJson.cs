using System.Text.Json;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>Hugging Face's tokenizer.json.</summary>
internal static class TokenizerJson
{
    private static readonly string[] s_pipeline = ["normalizer", "pre_tokenizer", "post_processor", "decoder"];

    /// <summary>Reads a file, with the names of BOS and EOS from a tokenizer_config.json beside it.</summary>
    public static BpeDefinition Read(string path)
    {
        using JsonDocument document = JsonFile.Open(path);
        JsonFields root = new(path, "tokenizer.json", document.RootElement);
        // Truncation and padding are the caller's business, as in transformers.
        root.Ignore("version", "truncation", "padding");
        Dictionary<string, JsonElement> pipeline = s_pipeline.Where(root.Has).ToDictionary(name => name, name => root.Get(name).Clone());
        BpeDefinition definition = ReadModel(path, root.Object("model"));
        List<AddedToken> added = ReadAdded(path, root, definition.Vocabulary);
        root.Finish();
        definition = WithPipeline(definition with { Added = added }, pipeline);
        return SpecialTokenNames.Apply(definition);
    }

    /// <summary>A definition whose steps are those of <paramref name="pipeline"/>.</summary>
    public static BpeDefinition WithPipeline(BpeDefinition definition, IReadOnlyDictionary<string, JsonElement> pipeline)
    {
        PipelineReader reader = new(definition.Path);
        JsonElement? Part(string name) => pipeline.TryGetValue(name, out JsonElement value) ? value : null;
        (IReadOnlyList<PreTokenizer> steps, bool byteLevel) = reader.PreTokenizers(Part("pre_tokenizer"));
        return definition with
        {
            Normalizers = reader.Normalizers(Part("normalizer")),
            PreTokenizers = steps,
            ByteLevel = byteLevel,
            Decoders = reader.Decoders(Part("decoder")),
            Bos = reader.TemplateBos(Part("post_processor")) is string bos ? IdOf(definition, bos) : null,
            PrependsBos = reader.TemplateBos(Part("post_processor")) is not null,
            Pipeline = pipeline,
        };
    }

    /// <summary>The id of a token by its text, added or not.</summary>
    public static int? IdOf(BpeDefinition definition, string token) =>
        definition.Added.FirstOrDefault(t => t.Content == token)?.Id ?? (definition.Vocabulary.Ids.TryGetValue(token, out int id) ? id : null);

    /// <summary>Writes a definition, atomically.</summary>
    public static void Write(string path, BpeDefinition definition)
    {
        if (definition.Pipeline is null)
            throw new NotSupportedException($"{definition.Path}: its merges are ranked by scores with ties, which a tokenizer.json cannot express.");
        AtomicFile.Write(path, stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            WriteAdded(json, definition.Added);
            foreach (string name in s_pipeline)
            {
                json.WritePropertyName(name);
                if (definition.Pipeline.TryGetValue(name, out JsonElement value)) value.WriteTo(json);
                else json.WriteNullValue();
            }
            WriteModel(json, definition);
            json.WriteEndObject();
        });
    }

    private static BpeDefinition ReadModel(string path, JsonFields model)
    {
        // Files of the library's early versions have no type.
        if (model.Text("type", "BPE") is string type and not "BPE") throw model.Error($"the type '{type}' is not supported; only BPE is.");
        model.Only("dropout", "0", "0.0");
        model.Only("continuing_subword_prefix", "\"\"");
        model.Only("end_of_word_suffix", "\"\"");
        string?[] tokens = ReadVocabulary(model.Get("vocab"), model);
        BpeVocabulary vocabulary = new(tokens, ReadMerges(model.Get("merges"), tokens, model));
        string? unknown = model.Text("unk_token");
        BpeDefinition definition = new()
        {
            Path = path,
            Vocabulary = vocabulary,
            Unknown = unknown is null ? null
                : vocabulary.Ids.TryGetValue(unknown, out int id) ? id : throw model.Error($"the unk_token '{unknown}' is not in the vocabulary."),
            FuseUnknown = model.Flag("fuse_unk", false),
            ByteFallback = model.Flag("byte_fallback", false),
            IgnoreMerges = model.Flag("ignore_merges", false),
        };
        model.Finish();
        return definition;
    }

    /// <summary>The tokens by id, of an object that gives ids by token.</summary>
    public static string?[] ReadVocabulary(JsonElement vocabulary, JsonFields model)
    {
        if (vocabulary.ValueKind != JsonValueKind.Object) throw model.Error("the vocabulary is not an object of ids by token.");
        int count = vocabulary.GetPropertyCount();
        // Holes happen (ids of added tokens), but not many: a larger id is a mistake that would cost memory.
        int limit = (2 * count) + 65536;
        string?[] tokens = new string?[limit];
        int end = 0;
        foreach (JsonProperty property in vocabulary.EnumerateObject())
        {
            if (!property.Value.TryInteger(out long id) || id < 0 || id >= limit)
                throw model.Error($"the token '{property.Name}' has the id {property.Value.GetRawText()}; needed is an integer from 0 to {limit - 1}.");
            if (tokens[id] is string other) throw model.Error($"the tokens '{other}' and '{property.Name}' have the same id {id}.");
            tokens[id] = property.Name;
            end = Math.Max(end, (int)id + 1);
        }
        return tokens[..end];
    }

    private static Merge[] ReadMerges(JsonElement merges, string?[] tokens, JsonFields model)
    {
        if (merges.ValueKind != JsonValueKind.Array) throw model.Error("the merges are not an array.");
        MergeList list = new(tokens, model.Error);
        foreach (JsonElement merge in merges.EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.String) list.Add(merge.GetString()!);
            else if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String)
                list.Add(merge[0].GetString()!, merge[1].GetString()!);
            else throw model.Error($"the merge {merge.GetRawText()} is neither \"left right\" nor [\"left\", \"right\"].");
        }
        return list.ToArray();
    }

    private static List<AddedToken> ReadAdded(string path, JsonFields root, BpeVocabulary vocabulary)
    {
        List<AddedToken> added = [];
        if (root.Find("added_tokens") is not JsonElement array) return added;
        if (array.ValueKind != JsonValueKind.Array) throw root.Error("added_tokens is not an array.");
        HashSet<int> ids = [];
        HashSet<string> contents = [];
        foreach (JsonElement element in array.EnumerateArray())
        {
            JsonFields token = new(path, "added_tokens", element);
            token.Get("content");
            AddedToken one = new(token.NeedInteger("id", most: vocabulary.Tokens.Length + (1 << 20)), token.Text("content")!, token.Flag("special", false),
                token.Flag("single_word", false), token.Flag("lstrip", false), token.Flag("rstrip", false), token.Flag("normalized", true));
            token.Finish();
            if (!ids.Add(one.Id) || !contents.Add(one.Content)) throw token.Error($"the id {one.Id} or the content '{one.Content}' is there twice.");
            if (vocabulary.Ids.TryGetValue(one.Content, out int id) && id != one.Id)
                throw token.Error($"the token '{one.Content}' has the id {one.Id} here and {id} in the vocabulary.");
            added.Add(one);
        }
        return added;
    }

    private static void WriteAdded(Utf8JsonWriter json, IReadOnlyList<AddedToken> added)
    {
        json.WriteStartArray("added_tokens");
        foreach (AddedToken token in added)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.LeftStrip);
            json.WriteBoolean("rstrip", token.RightStrip);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeDefinition definition)
    {
        BpeVocabulary vocabulary = definition.Vocabulary;
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", definition.Unknown is int unknown ? vocabulary.Tokens[unknown] : null);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", definition.FuseUnknown);
        json.WriteBoolean("byte_fallback", definition.ByteFallback);
        json.WriteBoolean("ignore_merges", definition.IgnoreMerges);
        json.WriteStartObject("vocab");
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
            if (vocabulary.Tokens[id] is string token) json.WriteNumber(token, id);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (Merge merge in vocabulary.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(vocabulary.Tokens[merge.Left]);
            json.WriteStringValue(vocabulary.Tokens[merge.Right]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
