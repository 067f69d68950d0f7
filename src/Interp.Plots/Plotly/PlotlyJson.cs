using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>How figures become JSON: Plotly's all-lower-case names, nothing that is null, numbers no longer than a reader can see.</summary>
internal static class PlotlyJson
{
    // The default encoder also escapes <, > and &: the text can stand inside a <script> element.
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = new LowerCase(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(new LowerCase()), new NumberConverter(), new MatrixConverter() },
    };

    /// <summary>Whole numbers exactly, others to 6 significant digits; what is not finite as null, which Plotly draws as a gap.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, double value)
    {
        if (!double.IsFinite(value)) writer.WriteNullValue();
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15) writer.WriteNumberValue((long)value);
        else writer.WriteRawValue(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
    }

    private sealed class LowerCase : JsonNamingPolicy
    {
        // Plotly's attribute names are lower case throughout.
        public override string ConvertName(string name) => string.Create(name.Length, name, (span, source) => source.AsSpan().ToLowerInvariant(span));
    }

    private sealed class NumberConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();
        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => WriteNumber(writer, value);
    }

    private sealed class MatrixConverter : JsonConverter<float[,]>
    {
        public override float[,] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Figures are written to JSON, not read from it.");

        public override void Write(Utf8JsonWriter writer, float[,] value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (int row = 0; row < value.GetLength(0); row++)
            {
                writer.WriteStartArray();
                // Four digits: a colour cannot show more, and a page holds hundreds of thousands of cells.
                for (int column = 0; column < value.GetLength(1); column++)
                {
                    float cell = value[row, column];
                    if (!float.IsFinite(cell)) writer.WriteNullValue();
                    else writer.WriteRawValue(cell.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
                }
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
    }
}
