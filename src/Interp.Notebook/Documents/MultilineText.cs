using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Interp.Notebook.Documents;

/// <summary>Text as notebooks store it: a string, or an array of its lines, each with its end.</summary>
internal static partial class MultilineText
{
    /// <summary>The text of a string or an array of strings; null where it is neither.</summary>
    public static string? Read(JsonNode? node) => node switch
    {
        JsonArray lines when lines.All(IsString) => string.Concat(lines.Select(l => String(l!))),
        JsonValue value when IsString(value) => String(value),
        _ => null,
    };

    /// <summary>The lines of a text, as Jupyter splits them.</summary>
    public static JsonArray Write(string text)
    {
        JsonArray lines = [];
        for (int start = 0; start < text.Length;)
        {
            int end = LineEnd(text, start);
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }
        return lines;
    }

    /// <summary>A MIME bundle's data with its texts in lines: <c>text/*</c>, SVG and scripts, as Jupyter does; the others as they are.</summary>
    public static JsonObject WriteBundle(JsonObject data)
    {
        JsonObject written = [];
        foreach ((string mime, JsonNode? content) in data.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            bool inLines = mime.StartsWith("text/", StringComparison.Ordinal) || mime is "application/javascript" or "image/svg+xml";
            written[mime] = inLines && IsString(content) ? Write(String(content!)) : content?.DeepClone();
        }
        return written;
    }

    private static bool IsString(JsonNode? node) => node is JsonValue && node.GetValueKind() == JsonValueKind.String;

    // JSON can hold half a surrogate pair, which is no text: it is read as U+FFFD and, where nothing changes it, written as it was.
    private static string String(JsonNode node)
    {
        try
        {
            return node.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            return JsonSerializer.Deserialize<string>(HalfPair.Replace(node.GetValue<JsonElement>().GetRawText(), @"\ufffd"))!;
        }
    }

    [GeneratedRegex(@"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..")]
    private static partial Regex HalfPair { get; }

    // The line ends of Python's str.splitlines, which Jupyter uses.
    private static int LineEnd(string text, int start)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] == '\r') return i + 1 < text.Length && text[i + 1] == '\n' ? i + 2 : i + 1;
            if (text[i] is '\n' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029') return i + 1;
        }
        return text.Length;
    }
}
