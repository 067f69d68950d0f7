using System.Text;
using System.Text.Json;

namespace Interp.Files;

/// <summary>JSON from files, every defect an error that names the file.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses text that must be well-formed UTF-8 and JSON without duplicate names.</summary>
    public static JsonDocument Parse(string path, ReadOnlySpan<byte> utf8, string what)
    {
        try
        {
            if (!System.Text.Unicode.Utf8.IsValid(utf8)) throw new ModelFileException(path, $"{what} is not valid UTF-8.");
            CheckStrings(utf8);
            return JsonDocument.Parse(utf8.ToArray(), s_options);
        }
        // InvalidOperationException: an escape such as \ud800 that is half a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFileException(path, $"{what} is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>The value of a JSON integer that fits.</summary>
    public static bool TryInteger(this JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }

    /// <summary>Decodes every escaped string once, so that later reads cannot fail.</summary>
    private static void CheckStrings(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = s_options.MaxDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
    }

    /// <summary>Reads and parses a whole file.</summary>
    public static JsonDocument Open(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"it cannot be opened: {e.Message}", e);
        }
        ReadOnlySpan<byte> text = bytes;
        if (text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        return Parse(path, text, "it");
    }
}
