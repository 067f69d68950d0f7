using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Plotly;

/// <summary>Colours for a range of values. All three here are read the same with any colour vision.</summary>
[JsonConverter(typeof(Converter))]
public sealed record ColorScale
{
    private ColorScale(params string[] colors) => Colors = colors;

    /// <summary>The colours at equal steps from the lowest value to the highest ("#rrggbb").</summary>
    public IReadOnlyList<string> Colors { get; }

    /// <summary>From dark violet over green to yellow: values from none to all (attention).</summary>
    public static ColorScale Viridis { get; } = new(
        "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725");

    /// <summary>From dark blue over grey to yellow: amounts without a zero (losses).</summary>
    public static ColorScale Cividis { get; } = new(
        "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838");

    /// <summary>From blue over near-white to red: values around 0; negative is blue.</summary>
    public static ColorScale Diverging { get; } = new(
        "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f");

    /// <summary>The colour at <paramref name="share"/> of the way, 0 to 1, linear between the listed ones.</summary>
    public string At(double share)
    {
        double place = Math.Clamp(share, 0, 1) * (Colors.Count - 1);
        int low = Math.Min((int)place, Colors.Count - 2);
        double rest = place - low;
        return "#" + string.Concat(Enumerable.Range(0, 3).Select(c =>
            ((int)Math.Round(Channel(low, c) * (1 - rest) + Channel(low + 1, c) * rest)).ToString("x2", null)));
    }

    private int Channel(int color, int channel) => Convert.ToInt32(Colors[color].Substring(1 + 2 * channel, 2), 16);

    private sealed class Converter : JsonConverter<ColorScale>
    {
        public override ColorScale Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            JsonElement stops = JsonElement.ParseValue(ref reader);
            if (stops.ValueKind != JsonValueKind.Array || stops.GetArrayLength() < 2) throw new JsonException($"A colour scale is two or more [share, \"#rrggbb\"] here, not {stops.GetRawText()}.");
            string[] colors = new string[stops.GetArrayLength()];
            foreach ((int i, JsonElement stop) in stops.EnumerateArray().Index())
            {
                // Shares are written with six digits.
                if (stop.ValueKind != JsonValueKind.Array || stop.GetArrayLength() != 2 || !stop[0].TryGetDouble(out double share) || Math.Abs(share - ((double)i / (colors.Length - 1))) > 1e-5)
                    throw new JsonException($"The colours of a scale are at equal steps here; {stop.GetRawText()} is not.");
                colors[i] = stop[1].GetString()!;
            }
            return new ColorScale(colors);
        }

        public override void Write(Utf8JsonWriter writer, ColorScale value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (int i = 0; i < value.Colors.Count; i++)
            {
                writer.WriteStartArray();
                PlotlyJson.WriteNumber(writer, (double)i / (value.Colors.Count - 1), options);
                writer.WriteStringValue(value.Colors[i]);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
    }
}
