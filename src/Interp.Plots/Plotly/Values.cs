using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>A column of numbers or of texts, or one value for all; arrays convert to it by themselves.</summary>
[JsonConverter(typeof(Converter))]
public readonly struct Values
{
    private readonly double[]? _numbers;
    private readonly string[]? _texts;
    private readonly bool _one;

    private Values(double[]? numbers, string[]? texts, bool one = false) => (_numbers, _texts, _one) = (numbers, texts, one);

    /// <summary>How many there are.</summary>
    public int Count => _numbers?.Length ?? _texts?.Length ?? 0;

    /// <summary>The numbers; empty where these are texts.</summary>
    public IReadOnlyList<double> Numbers => _numbers ?? [];

    /// <summary>The texts; empty where these are numbers.</summary>
    public IReadOnlyList<string> Texts => _texts ?? [];

    /// <summary>Numbers.</summary>
    public static implicit operator Values(double[] numbers) => new(numbers, null);

    /// <summary>Numbers.</summary>
    public static implicit operator Values(float[] numbers) => new(Array.ConvertAll(numbers, x => (double)x), null);

    /// <summary>Whole numbers.</summary>
    public static implicit operator Values(int[] numbers) => new(Array.ConvertAll(numbers, x => (double)x), null);

    /// <summary>Whole numbers.</summary>
    public static implicit operator Values(long[] numbers) => new(Array.ConvertAll(numbers, x => (double)x), null);

    /// <summary>Categories, colours or symbols.</summary>
    public static implicit operator Values(string[] texts) => new(null, texts);

    /// <summary>One number for all.</summary>
    public static implicit operator Values(double number) => new([number], null, one: true);

    /// <summary>One text for all.</summary>
    public static implicit operator Values(string text) => new(null, [text], one: true);

    /// <summary>Any list of numbers.</summary>
    public static Values From(IEnumerable<double> numbers) => new([.. numbers], null);

    private sealed class Converter : JsonConverter<Values>
    {
        public override Values Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return reader.GetString()!;
            if (reader.TokenType == JsonTokenType.Number) return reader.GetDouble();
            if (reader.TokenType == JsonTokenType.StartObject) return ReadPacked(ref reader);
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("Values are numbers or texts, in an array or one for all.");
            List<double> numbers = [];
            List<string> texts = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
                else if (reader.TokenType is JsonTokenType.Number or JsonTokenType.Null) numbers.Add(PlotlyJson.ReadNumber(ref reader));
                else throw new JsonException("Values are numbers or texts.");
            }
            if (numbers.Count > 0 && texts.Count > 0) throw new JsonException("Values are all numbers or all texts.");
            return texts.Count > 0 ? texts.ToArray() : numbers.ToArray();
        }

        private static Values ReadPacked(ref Utf8JsonReader reader)
        {
            (double[] numbers, int[] shape) = TypedArray.Read(ref reader);
            return shape.Length == 1 ? numbers : throw new JsonException($"Values are a column, and a typed array has the shape [{string.Join(", ", shape)}].");
        }

        public override void Write(Utf8JsonWriter writer, Values value, JsonSerializerOptions options)
        {
            if (!value._one) writer.WriteStartArray();
            foreach (double number in value.Numbers) PlotlyJson.WriteNumber(writer, number, options);
            foreach (string text in value.Texts) writer.WriteStringValue(text);
            if (!value._one) writer.WriteEndArray();
        }
    }
}
