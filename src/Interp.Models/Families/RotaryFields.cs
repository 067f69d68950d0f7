using System.Text.Json;
using Interp.Files;

namespace Interp.Families;

/// <summary>The fields of a config.json that fix the rotary angles; transformers 5 keeps them in <c>rope_parameters</c>.</summary>
internal static class RotaryFields
{
    /// <summary>The base of the angles.</summary>
    public static double Base(JsonFields fields) => Either(fields, "rope_theta") ?? 10000;

    /// <summary>The part of each head that is rotated, where it is given.</summary>
    public static double? Part(JsonFields fields) => Either(fields, "partial_rotary_factor");

    /// <summary>The scaling in <c>rope_scaling</c> or <c>rope_parameters</c>; null: none.</summary>
    /// <exception cref="ModelFileException">It is of a kind that is not supported, which is named.</exception>
    public static RotaryScaling? Scaling(JsonFields fields)
    {
        string? where = fields.Has("rope_scaling") ? "rope_scaling" : fields.Has("rope_parameters") ? "rope_parameters" : null;
        if (where is null) return null;
        JsonFields scaling = fields.Object(where);
        scaling.Ignore("rope_theta", "partial_rotary_factor");
        string kind = scaling.Text("rope_type") ?? scaling.Text("type") ?? "default";
        scaling.Ignore("type");
        RotaryScaling? result = kind switch
        {
            "default" => null,
            "linear" => new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = Need(scaling, "factor") },
            "llama3" => new RotaryScaling
            {
                Kind = RotaryScalingKind.Llama3,
                Factor = Need(scaling, "factor"),
                LowFrequencyFactor = Need(scaling, "low_freq_factor"),
                HighFrequencyFactor = Need(scaling, "high_freq_factor"),
                OriginalContext = scaling.NeedInteger("original_max_position_embeddings", 1),
            },
            _ => throw scaling.Error($"the kind '{kind}' is not supported; supported are default, linear and llama3."),
        };
        scaling.Finish();
        return result;
    }

    /// <summary>Writes what <see cref="Base"/> and <see cref="Scaling"/> read.</summary>
    public static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("rope_theta", config.RotaryBase);
        if (config.RotaryScaling is not RotaryScaling scaling) return;
        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", scaling.Kind == RotaryScalingKind.Linear ? "linear" : "llama3");
        json.WriteNumber("factor", scaling.Factor);
        if (scaling.Kind == RotaryScalingKind.Llama3)
        {
            json.WriteNumber("low_freq_factor", scaling.LowFrequencyFactor);
            json.WriteNumber("high_freq_factor", scaling.HighFrequencyFactor);
            json.WriteNumber("original_max_position_embeddings", scaling.OriginalContext);
        }
        json.WriteEndObject();
    }

    /// <summary>A field, or the same in <c>rope_parameters</c>.</summary>
    private static double? Either(JsonFields fields, string name)
    {
        double? nested = fields.Has("rope_parameters") ? fields.Object("rope_parameters").Number(name) : null;
        return fields.Number(name) ?? nested;
    }

    private static double Need(JsonFields fields, string name)
    {
        fields.Get(name);
        return fields.Number(name)!.Value;
    }
}
