using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>A figure in anybody's JSON is Plotly's JSON, numbers to their last bit: what plotly.js and other languages understand.</summary>
internal sealed class FigureJsonConverter : JsonConverter<Figure>
{
    public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options) => writer.WriteRawValue(value.ToJson(exact: true));

    public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        return Figure.FromJson(json.RootElement.GetRawText());
    }
}
