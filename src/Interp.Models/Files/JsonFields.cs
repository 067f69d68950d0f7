using System.Text.Json;

namespace Interp.Files;

/// <summary>The fields of a JSON object, each asked for by name; what nobody asked for is an error, unless it is null, false or empty.</summary>
internal sealed class JsonFields
{
    private readonly string _path;
    private readonly string _where;
    private readonly Dictionary<string, JsonElement> _fields = [];
    private readonly HashSet<string> _asked = [];

    /// <param name="path">The file, for messages.</param>
    /// <param name="where">What the object is, for messages ("pre_tokenizer").</param>
    /// <param name="value">The object.</param>
    public JsonFields(string path, string where, JsonElement value)
    {
        (_path, _where) = (path, where);
        if (value.ValueKind != JsonValueKind.Object) throw Error($"it is {Show(value)}, not a JSON object.");
        foreach (JsonProperty property in value.EnumerateObject()) _fields[property.Name] = property.Value;
    }

    /// <summary>The names of all fields.</summary>
    public IReadOnlyCollection<string> Names => _fields.Keys;

    /// <summary>Whether there is a field that is not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A field of any kind; null where it is absent or null.</summary>
    public JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _fields.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A field that must be there.</summary>
    public JsonElement Get(string name) => Find(name) ?? throw Error($"it lacks the field '{name}'.");

    /// <summary>An object that must be there.</summary>
    public JsonFields Object(string name) => new(_path, $"{_where}.{name}", Get(name));

    /// <summary>A string, or <paramref name="absent"/>.</summary>
    public string? Text(string name, string? absent = null)
    {
        if (Find(name) is not JsonElement value) return absent;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, value, "a string");
    }

    /// <summary>A truth value, or <paramref name="absent"/>.</summary>
    public bool Flag(string name, bool absent)
    {
        if (Find(name) is not JsonElement value) return absent;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, value, "true or false"),
        };
    }

    /// <summary>An integer, or null.</summary>
    public int? Integer(string name, int least = 0, int most = int.MaxValue)
    {
        if (Find(name) is not JsonElement value) return null;
        return value.TryInteger(out long n) && n >= least && n <= most ? (int)n : throw Wrong(name, value, $"an integer from {least} to {most}");
    }

    /// <summary>An integer that must be there.</summary>
    public int NeedInteger(string name, int least = 0, int most = int.MaxValue)
    {
        Get(name);
        return Integer(name, least, most)!.Value;
    }

    /// <summary>A finite number, or null.</summary>
    public double? Number(string name)
    {
        if (Find(name) is not JsonElement value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double n) && double.IsFinite(n) ? n : throw Wrong(name, value, "a finite number");
    }

    /// <summary>Refuses any value but those given (as JSON: <c>false</c>, <c>"gelu"</c>), or the field's absence.</summary>
    public void Only(string name, params ReadOnlySpan<string> accepted)
    {
        if (Find(name) is not JsonElement value) return;
        foreach (string text in accepted)
            if (value.GetRawText() == text) return;
        throw Error($"'{name}' is {Show(value)}; supported is {(accepted.IsEmpty ? "only its absence" : string.Join(" or ", accepted.ToArray()))}.");
    }

    /// <summary>Marks fields as harmless.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names) _asked.Add(name);
    }

    /// <summary>Refuses fields that nobody asked for.</summary>
    public void Finish()
    {
        foreach ((string name, JsonElement value) in _fields)
        {
            if (_asked.Contains(name) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False || value.GetRawText() is "{}" or "[]" or "\"\"") continue;
            throw Error($"the field '{name}' ({Show(value)}) is unknown; it may change the results, so this file is not opened.");
        }
    }

    /// <summary>An error about this object.</summary>
    public ModelFileException Error(string problem) => new(_path, $"{_where}: {problem}");

    private ModelFileException Wrong(string name, JsonElement value, string needed) => Error($"'{name}' is {Show(value)}; needed is {needed}.");

    private static string Show(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 80 ? text : text[..77] + "...";
    }
}
