using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interp.Notebook.Documents;

/// <summary>
/// Notebooks as JSON text, laid out as Jupyter lays it out (one blank a level, text beyond ASCII as it is), so that a saved notebook differs
/// from the read one only where it changed. Values that came from a file are written with the very characters they had there.
/// </summary>
internal static class NotebookJson
{
    // Deeper than any real output, shallow enough for the stack.
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 512 };

    /// <summary>Reads a JSON object.</summary>
    /// <exception cref="JsonException">The text is not JSON, not an object, or has a property twice.</exception>
    public static JsonObject Read(string text) =>
        JsonNode.Parse(text, documentOptions: s_strict) as JsonObject ?? throw new JsonException("It is JSON, but not an object.");

    /// <summary>Writes a value.</summary>
    /// <param name="node">The value.</param>
    /// <param name="indent">The white space of one level.</param>
    public static string Write(JsonNode? node, string indent = " ")
    {
        StringBuilder text = new();
        Write(text, node, "\n", indent);
        return text.ToString();
    }

    /// <summary>Sets a property: in place where the object has it, else before the first name that sorts after it, as Jupyter sorts all names.</summary>
    public static void Set(JsonObject target, string name, JsonNode? value)
    {
        if (target.ContainsKey(name))
        {
            target[name] = value;
            return;
        }
        int at = 0;
        foreach ((string other, _) in target)
        {
            if (string.CompareOrdinal(other, name) > 0) break;
            at++;
        }
        target.Insert(at, name, value);
    }

    private static void Write(StringBuilder text, JsonNode? node, string lineEnd, string indent)
    {
        switch (node)
        {
            case JsonObject o when o.Count > 0:
                char before = '{';
                foreach ((string name, JsonNode? value) in o)
                {
                    text.Append(before).Append(lineEnd).Append(indent);
                    WriteString(text, name);
                    text.Append(": ");
                    Write(text, value, lineEnd + indent, indent);
                    before = ',';
                }
                text.Append(lineEnd).Append('}');
                break;
            case JsonArray a when a.Count > 0:
                before = '[';
                foreach (JsonNode? item in a)
                {
                    text.Append(before).Append(lineEnd).Append(indent);
                    Write(text, item, lineEnd + indent, indent);
                    before = ',';
                }
                text.Append(lineEnd).Append(']');
                break;
            case JsonObject:
                text.Append("{}");
                break;
            case JsonArray:
                text.Append("[]");
                break;
            case JsonValue v when v.TryGetValue(out JsonElement element):
                text.Append(element.GetRawText());
                break;
            case JsonValue v when v.TryGetValue(out string? s):
                WriteString(text, s);
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    // The escapes of Python's json.dumps(ensure_ascii=False) and of JavaScript's JSON.stringify.
    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
