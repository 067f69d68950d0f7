using System.Text.Json;
using Interp.Tokenizers;

namespace Interp.Files;

/// <summary>A user's description of a foreign checkpoint: the configuration, and which tensor holds which parameters. See docs/name-maps.md.</summary>
internal sealed class NameMap
{
    private NameMap(string path, JsonFields fields)
    {
        Path = path;
        Config = TransformerLensConfig.Read(fields.Get("config"), path);
        State = fields.Text("state");
        Prefix = fields.Text("prefix", "")!;
        JsonElement tensors = fields.Get("tensors");
        JsonFields names = new(path, "tensors", tensors);
        foreach (string source in names.Names) Rules.Add(ReadRule(source, names));
        Ignored = Texts(fields, "ignore");
        Zeros = Texts(fields, "zeros");
        if (fields.Text("characters") is string characters)
        {
            try
            {
                Tokenizer = new CharacterTokenizer(characters);
            }
            catch (ArgumentException e)
            {
                throw fields.Error($"'characters': {e.Message}");
            }
            if (Tokenizer.Vocabulary != Config.Vocabulary) throw fields.Error($"'characters' has {Tokenizer.Vocabulary} characters, d_vocab is {Config.Vocabulary}.");
        }
        fields.Finish();
    }

    public string Path { get; }

    public TransformerConfig Config { get; }

    /// <summary>The entry of the checkpoint that holds the weights.</summary>
    public string? State { get; }

    /// <summary>What all names have in front.</summary>
    public string Prefix { get; }

    public List<WeightRule> Rules { get; } = [];

    public IReadOnlyList<string> Ignored { get; }

    public IReadOnlyList<string> Zeros { get; }

    public ITokenizer? Tokenizer { get; }

    public static NameMap Read(string path)
    {
        using JsonDocument document = JsonFile.Open(path);
        return new NameMap(path, new JsonFields(path, "the name map", document.RootElement));
    }

    /// <summary>A parameter's name, or {"to": name or names, "pattern": …}.</summary>
    private static WeightRule ReadRule(string source, JsonFields names)
    {
        if (names.Get(source).ValueKind == JsonValueKind.String) return new WeightRule(source, null, names.Text(source)!);
        JsonFields rule = names.Object(source);
        List<string> targets = rule.Get("to").ValueKind == JsonValueKind.String ? [rule.Text("to")!] : Texts(rule, "to");
        if (targets.Count == 0) throw rule.Error("'to' is empty.");
        string? pattern = rule.Text("pattern");
        rule.Finish();
        return new WeightRule(source, pattern, targets);
    }

    private static List<string> Texts(JsonFields fields, string name)
    {
        if (fields.Find(name) is not JsonElement value) return [];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw fields.Error($"'{name}' is not an array of strings.");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
