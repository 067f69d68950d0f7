using System.Text.Json;
using Interp.Files;

namespace Interp.Tokenizers;

/// <summary>The steps around the model in a tokenizer.json; a step, an option or a pattern that is not supported is refused by name.</summary>
internal sealed class PipelineReader(string path)
{
    public List<Normalizer> Normalizers(JsonElement? value) => value is null ? [] : [.. Flatten("normalizer", value.Value, "normalizers").Select(ReadNormalizer)];

    /// <summary>The splitting steps, and whether pieces are then written as bytes.</summary>
    public (List<PreTokenizer> Steps, bool ByteLevel) PreTokenizers(JsonElement? value)
    {
        List<PreTokenizer> steps = [];
        bool byteLevel = false;
        if (value is null) return (steps, byteLevel);
        foreach (JsonFields fields in Flatten("pre_tokenizer", value.Value, "pretokenizers"))
        {
            if (byteLevel) throw fields.Error("a step after ByteLevel is not supported.");
            string type = fields.Text("type")!;
            switch (type)
            {
                case "ByteLevel":
                    fields.Ignore("trim_offsets");
                    if (fields.Flag("add_prefix_space", true)) steps.Add(new PrefixSpace());
                    if (fields.Flag("use_regex", true)) steps.Add(new Gpt2Scanner());
                    byteLevel = true;
                    break;
                case "Split": steps.Add(ReadSplit(fields)); break;
                case "Digits": steps.Add(new DigitScanner(fields.Flag("individual_digits", false))); break;
                case "Metaspace": steps.Add(ReadMetaspace(fields)); break;
                default: throw Unsupported(fields, type, "ByteLevel, Split, Digits, Metaspace and Sequence");
            }
            fields.Finish();
        }
        return (steps, byteLevel);
    }

    public List<Decoder>? Decoders(JsonElement? value) => value is null ? null : [.. Flatten("decoder", value.Value, "decoders").Select(ReadDecoder)];

    /// <summary>The token that a post-processor's template puts in front of a single text.</summary>
    public string? TemplateBos(JsonElement? value)
    {
        if (value is null) return null;
        string? bos = null;
        foreach (JsonFields fields in Flatten("post_processor", value.Value, "processors"))
        {
            string type = fields.Text("type")!;
            if (type == "ByteLevel") continue;
            if (type != "TemplateProcessing") throw Unsupported(fields, type, "ByteLevel, TemplateProcessing and Sequence");
            JsonElement single = fields.Get("single");
            if (single.ValueKind == JsonValueKind.Array && single.GetArrayLength() > 0 && single[0].ValueKind == JsonValueKind.Object
                && single[0].TryGetProperty("SpecialToken", out JsonElement token))
            {
                bos = new JsonFields(path, "post_processor.single", token).Text("id");
            }
        }
        return bos;
    }

    /// <summary>A step, or the steps of a Sequence.</summary>
    private List<JsonFields> Flatten(string where, JsonElement value, string parts)
    {
        JsonFields fields = new(path, where, value);
        if (fields.Text("type") is not string type) throw fields.Error("it lacks the field 'type'.");
        if (type != "Sequence") return [fields];
        JsonElement array = fields.Get(parts);
        if (array.ValueKind != JsonValueKind.Array) throw fields.Error($"'{parts}' is not an array.");
        fields.Finish();
        return [.. array.EnumerateArray().SelectMany(part => Flatten(where, part, parts))];
    }

    private static Normalizer ReadNormalizer(JsonFields fields)
    {
        string type = fields.Text("type")!;
        Normalizer normalizer = type switch
        {
            "NFC" => new UnicodeForm(compose: true),
            "NFD" => new UnicodeForm(compose: false),
            "Prepend" => new Prepend(Need(fields, "prepend")),
            "Replace" => new Replace(Literal(fields), Need(fields, "content")),
            _ => throw Unsupported(fields, type, "NFC, NFD, Prepend, Replace and Sequence"),
        };
        fields.Finish();
        return normalizer;
    }

    private static PreTokenizer ReadSplit(JsonFields fields)
    {
        string behavior = Need(fields, "behavior");
        bool invert = fields.Flag("invert", false);
        // Inverted, what lies between the matches is the separator, and the matches stay.
        (bool keepMatches, bool keepGaps) = (behavior, invert) switch
        {
            ("Isolated", _) => (true, true),
            ("Removed", false) => (false, true),
            ("Removed", true) => (true, false),
            _ => throw fields.Error($"the behavior '{behavior}' is not supported; supported are Isolated and Removed."),
        };
        JsonFields pattern = fields.Object("pattern");
        string? expression = pattern.Text("Regex");
        string text = expression ?? System.Text.RegularExpressions.Regex.Escape(Need(pattern, "String"));
        pattern.Finish();
        // These cover every text, so that it does not matter what happens to gaps.
        if (keepMatches && expression == Gpt2Scanner.Pattern) return new Gpt2Scanner();
        if (keepMatches && expression is not null && Cl100kScanner.For(expression) is Cl100kScanner scanner) return scanner;
        try
        {
            return new PatternSplitter(text, keepMatches, keepGaps);
        }
        catch (NotSupportedException e)
        {
            throw fields.Error($"the pattern '{expression ?? text}' is not supported: {e.Message}.");
        }
    }

    private static Metaspace ReadMetaspace(JsonFields fields)
    {
        fields.Ignore("str_rep");
        Metaspace.Scheme scheme = fields.Text("prepend_scheme", fields.Flag("add_prefix_space", true) ? "always" : "never") switch
        {
            "always" => Metaspace.Scheme.Always,
            "first" => Metaspace.Scheme.First,
            "never" => Metaspace.Scheme.Never,
            string other => throw fields.Error($"the prepend_scheme '{other}' is not supported."),
            null => Metaspace.Scheme.Always,
        };
        return new Metaspace(Character(fields, "replacement"), scheme, fields.Flag("split", true));
    }

    private static Decoder ReadDecoder(JsonFields fields)
    {
        string type = fields.Text("type")!;
        Decoder decoder;
        switch (type)
        {
            case "ByteLevel":
                fields.Ignore("add_prefix_space", "trim_offsets", "use_regex");
                decoder = new ByteLevelDecoder();
                break;
            case "ByteFallback": decoder = new ByteFallbackDecoder(); break;
            case "Fuse": decoder = new FuseDecoder(); break;
            case "Replace": decoder = new ReplaceDecoder(Literal(fields), Need(fields, "content")); break;
            case "Strip": decoder = new StripDecoder(Character(fields, "content"), fields.NeedInteger("start"), fields.NeedInteger("stop")); break;
            case "Metaspace":
                fields.Ignore("str_rep", "split");
                decoder = new MetaspaceDecoder(Character(fields, "replacement"),
                    fields.Text("prepend_scheme", fields.Flag("add_prefix_space", true) ? "always" : "never") != "never");
                break;
            default: throw Unsupported(fields, type, "ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace and Sequence");
        }
        fields.Finish();
        return decoder;
    }

    /// <summary>The literal of a Replace step.</summary>
    private static string Literal(JsonFields fields)
    {
        JsonFields pattern = fields.Object("pattern");
        string literal = pattern.Text("String") ?? throw fields.Error("only a pattern of the kind String is supported.");
        return literal.Length > 0 ? literal : throw fields.Error("the pattern is empty.");
    }

    private static string Need(JsonFields fields, string name)
    {
        fields.Get(name);
        return fields.Text(name)!;
    }

    private static char Character(JsonFields fields, string name) =>
        Need(fields, name) is { Length: 1 } text ? text[0] : throw fields.Error($"'{name}' is not one character.");

    private static ModelFileException Unsupported(JsonFields fields, string type, string supported) =>
        fields.Error($"the type '{type}' is not supported; supported are {supported}.");
}
