using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>How figures become JSON and come back: Plotly's all-lower-case names, nothing that is null.</summary>
internal static class PlotlyJson
{
    /// <summary>Numbers no longer than a reader can see.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Numbers to their last bit.</summary>
    public static JsonSerializerOptions Exact { get; } = Create();

    /// <summary>Whole numbers exactly, others to 6 significant digits, or all that <see cref="Exact"/> asks for; what is not finite as null, which Plotly draws as a gap.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (!double.IsFinite(value)) writer.WriteNullValue();
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15) writer.WriteNumberValue((long)value);
        else if (options == Exact) writer.WriteNumberValue(value);
        else writer.WriteRawValue(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
    }

    /// <summary>A number, or NaN for a null: the way back of <see cref="WriteNumber"/>.</summary>
    public static double ReadNumber(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    // The default encoder also escapes <, > and &: the text can stand inside a <script> element.
    private static JsonSerializerOptions Create() => new()
    {
        PropertyNamingPolicy = new LowerCase(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter(new LowerCase()), new NumberConverter(), new MatrixConverter() },
    };

    private sealed class LowerCase : JsonNamingPolicy
    {
        // Plotly's attribute names are lower case throughout.
        public override string ConvertName(string name) => string.Create(name.Length, name, (span, source) => source.AsSpan().ToLowerInvariant(span));
    }

    private sealed class NumberConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();
        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => WriteNumber(writer, value, options);
    }

    private sealed class MatrixConverter : JsonConverter<float[,]>
    {
        public override float[,] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.StartObject) return ReadPacked(ref reader);
            float?[][] rows = JsonSerializer.Deserialize<float?[][]>(ref reader, options) ?? [];
            int columns = rows.Length == 0 ? 0 : rows[0].Length;
            float[,] matrix = new float[rows.Length, columns];
            for (int row = 0; row < rows.Length; row++)
            {
                if (rows[row].Length != columns) throw new JsonException($"Row {row} of the matrix has {rows[row].Length} cells, row 0 has {columns}.");
                for (int column = 0; column < columns; column++) matrix[row, column] = rows[row][column] ?? float.NaN;
            }
            return matrix;
        }

        private static float[,] ReadPacked(ref Utf8JsonReader reader)
        {
            (double[] numbers, int[] shape) = TypedArray.Read(ref reader);
            if (shape is not [int rows, int columns]) throw new JsonException($"A matrix is two-dimensional, and a typed array has the shape [{string.Join(", ", shape)}].");
            float[,] matrix = new float[rows, columns];
            for (int i = 0; i < numbers.Length; i++) matrix[i / columns, i % columns] = (float)numbers[i];
            return matrix;
        }

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
                    else if (options == Exact) writer.WriteNumberValue(cell);
                    else writer.WriteRawValue(cell.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
                }
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
    }
}
