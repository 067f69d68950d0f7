using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>A title is an object in Plotly: <c>{"text": "…"}</c>.</summary>
internal sealed class TitleConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Figures are written to JSON, not read from it.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("text", value);
        writer.WriteEndObject();
    }
}
