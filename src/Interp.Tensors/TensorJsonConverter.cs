using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp;

/// <summary>A tensor as JSON and back: nested arrays, outermost axis first; a scalar is a number.</summary>
internal sealed class TensorJsonConverter : JsonConverter<Tensor>
{
    public override void Write(Utf8JsonWriter writer, Tensor value, JsonSerializerOptions options) => WriteAxis(writer, value.Shape, value.Span, options);

    public override Tensor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        List<int> shape = [];
        List<float> values = [];
        ReadAxis(ref reader, 0, shape, values, options);
        return Tensor.From(CollectionsMarshal.AsSpan(values), CollectionsMarshal.AsSpan(shape));
    }

    private static void WriteAxis(Utf8JsonWriter writer, ReadOnlySpan<int> shape, ReadOnlySpan<float> values, JsonSerializerOptions options)
    {
        if (shape.IsEmpty)
        {
            // What is not finite is a name or an error, as the options have it for every float.
            if (float.IsFinite(values[0])) writer.WriteNumberValue(values[0]);
            else JsonSerializer.Serialize(writer, values[0], options);
            return;
        }
        writer.WriteStartArray();
        for (int i = 0, size = values.Length / Math.Max(shape[0], 1); i < shape[0]; i++) WriteAxis(writer, shape[1..], values.Slice(i * size, size), options);
        writer.WriteEndArray();
    }

    private static void ReadAxis(ref Utf8JsonReader reader, int axis, List<int> shape, List<float> values, JsonSerializerOptions options)
    {
        bool isFirst = values.Count == 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (axis != shape.Count) throw new JsonException($"A number stands on axis {axis}, where arrays stand elsewhere: the tensor has {shape.Count} axes.");
            values.Add(reader.TokenType == JsonTokenType.Number ? reader.GetSingle() : JsonSerializer.Deserialize<float>(ref reader, options));
            return;
        }
        const int Unknown = -1;
        if (axis == shape.Count)
        {
            if (!isFirst) throw new JsonException($"An array stands on axis {axis}, where numbers stand elsewhere: the tensor has {shape.Count} axes.");
            shape.Add(Unknown);
        }
        int count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++) ReadAxis(ref reader, axis + 1, shape, values, options);
        if (shape[axis] == Unknown) shape[axis] = count;
        else if (shape[axis] != count) throw new JsonException($"An array on axis {axis} has {count} entries, the first one {shape[axis]}: a tensor's rows are of one length.");
    }
}
