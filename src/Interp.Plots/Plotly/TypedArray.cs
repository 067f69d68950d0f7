using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Interp.Plotly;

/// <summary>
/// Numbers as Plotly packs them since plotly.js 2.28: <c>{"dtype": "f8", "bdata": "base64…", "shape": "2, 3"}</c>, little-endian, rows first. The Python
/// library writes its arrays so, and Plotly.NET those that it is given so.
/// </summary>
internal static class TypedArray
{
    /// <summary>The numbers, and the extent of each dimension.</summary>
    public static (double[] Numbers, int[] Shape) Read(ref Utf8JsonReader reader)
    {
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        if (!json.RootElement.TryGetProperty("dtype", out JsonElement dtype) || !json.RootElement.TryGetProperty("bdata", out JsonElement bdata))
            throw new JsonException("Values that are an object are a typed array, with \"dtype\" and \"bdata\".");
        byte[] bytes = bdata.GetBytesFromBase64();
        double[] numbers = dtype.GetString() switch
        {
            "f8" or "float64" => Convert<double>(bytes),
            "f4" or "float32" => Convert<float>(bytes),
            "i4" or "int32" => Convert<int>(bytes),
            "u4" or "uint32" => Convert<uint>(bytes),
            "i2" or "int16" => Convert<short>(bytes),
            "u2" or "uint16" => Convert<ushort>(bytes),
            "i1" or "int8" => Convert<sbyte>(bytes),
            "u1" or "uint8" or "u1c" or "uint8c" => Convert<byte>(bytes),
            string other => throw new JsonException($"'{other}' is no type of numbers in a typed array."),
            null => throw new JsonException("A typed array names no type of numbers."),
        };
        int[] shape = json.RootElement.TryGetProperty("shape", out JsonElement extents) ? ReadShape(extents) : [numbers.Length];
        if (shape.Any(extent => extent < 0) || shape.Aggregate(1.0, (product, extent) => product * extent) != numbers.Length)
            throw new JsonException($"A typed array has {numbers.Length} numbers and the shape [{string.Join(", ", shape)}].");
        return (numbers, shape);
    }

    private static int[] ReadShape(JsonElement extents) => extents.ValueKind switch
    {
        JsonValueKind.String => [.. extents.GetString()!.Split(',').Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out int extent)
            ? extent
            : throw new JsonException($"'{text}' is no extent in the shape of a typed array."))],
        JsonValueKind.Array => [.. extents.EnumerateArray().Select(extent => extent.GetInt32())],
        _ => [extents.GetInt32()],
    };

    private static double[] Convert<T>(byte[] bytes) where T : unmanaged, INumber<T>
    {
        if (bytes.Length % Marshal.SizeOf<T>() != 0) throw new JsonException($"The {bytes.Length} bytes of a typed array are no whole number of {typeof(T).Name}s.");
        ReadOnlySpan<T> packed = MemoryMarshal.Cast<byte, T>(bytes);
        double[] numbers = new double[packed.Length];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = double.CreateChecked(packed[i]);
        return numbers;
    }
}
