using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>A title is an object in Plotly: <c>{"text": "…"}</c>.</summary>
internal sealed class TitleConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonElement title = JsonElement.ParseValue(ref reader);
        // Plotly also takes the text itself for a title.
        if (title.ValueKind == JsonValueKind.String) return title.GetString();
        if (title.ValueKind == JsonValueKind.Object && title.GetPropertyCount() == 1 && title.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String)
            return text.GetString();
        throw new JsonException($"A title is its text alone here, not {title.GetRawText()}.");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("text", value);
        writer.WriteEndObject();
    }
}
