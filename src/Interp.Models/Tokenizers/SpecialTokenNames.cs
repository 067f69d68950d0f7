using System.Text.Json;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>Which tokens start and end a sequence.</summary>
internal static class SpecialTokenNames
{
    // What the families' authors use; GPT-2 and NeoX have one token for both.
    private static readonly (string Bos, string Eos)[] s_usual = [("<|begin_of_text|>", "<|end_of_text|>"), ("<s>", "</s>"), ("<|endoftext|>", "<|endoftext|>")];

    /// <summary>Fills in BOS and EOS: from tokenizer_config.json beside the file, else from the template, else by the usual names.</summary>
    public static BpeDefinition Apply(BpeDefinition definition)
    {
        string path = Path.Combine(Path.GetDirectoryName(definition.Path) ?? "", "tokenizer_config.json");
        if (File.Exists(path))
        {
            using JsonDocument document = JsonFile.Open(path);
            JsonFields fields = new(path, "tokenizer_config.json", document.RootElement);
            int? bos = Token(fields, "bos_token", definition), eos = Token(fields, "eos_token", definition);
            return definition with { Bos = bos ?? definition.Bos, Eos = eos, PrependsBos = bos is not null && fields.Flag("add_bos_token", definition.PrependsBos) };
        }
        foreach ((string bos, string eos) in s_usual)
        {
            if (TokenizerJson.IdOf(definition, bos) is int id)
                return definition with { Bos = definition.Bos ?? id, Eos = TokenizerJson.IdOf(definition, eos) };
        }
        return definition;
    }

    /// <summary>A token's id by a field that holds its text, or an object with its "content".</summary>
    private static int? Token(JsonFields fields, string name, BpeDefinition definition)
    {
        if (fields.Find(name) is not JsonElement value) return null;
        string? content = value.ValueKind == JsonValueKind.Object ? fields.Object(name).Text("content") : fields.Text(name);
        return content is null ? null : TokenizerJson.IdOf(definition, content);
    }
}
