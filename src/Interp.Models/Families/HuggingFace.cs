using System.Text.Json;
using Interp.Files;
using Interp.Tokenizers;

namespace Interp.Families;

/// <summary>Folders of Hugging Face's transformers: config.json, weights in one file or several, a tokenizer.</summary>
internal static class HuggingFace
{
    private static readonly (string Name, Func<string, IWeightFile> Open)[] s_weights =
    [
        ("model.safetensors", SafetensorsFile.Open),
        ("model.safetensors.index.json", path => ShardedWeights.Open(path, SafetensorsFile.Open)),
        ("pytorch_model.bin", path => PyTorchCheckpoint.Open(path)),
        ("pytorch_model.bin.index.json", path => ShardedWeights.Open(path, shard => PyTorchCheckpoint.Open(shard))),
    ];

    /// <summary>A model by its config.json.</summary>
    /// <param name="configPath">The config.json.</param>
    /// <param name="json">Its content.</param>
    /// <param name="weights">The weights, where they are not found by their usual names beside it.</param>
    public static ModelSource Source(string configPath, JsonElement json, IWeightFile? weights)
    {
        string? type = new JsonFields(configPath, "the configuration", json).Text("model_type");
        Family family = Family.All.FirstOrDefault(f => f.ModelType == type)
            ?? throw new ModelFileException(configPath, $"the model_type '{type}' is not supported; supported are {string.Join(", ", Family.All.Select(f => f.ModelType))}.");
        TransformerConfig config = family.Read(configPath, json);
        weights ??= Weights(Path.GetDirectoryName(configPath) ?? "");
        return new ModelSource($"Hugging Face {family.ModelType}", config, weights, family.Rules, family.Ignored, prefix: family.Prefix);
    }

    /// <summary>Writes config.json and model.safetensors; false where no family's config.json can express the model.</summary>
    public static bool TrySave(string folder, HookedTransformer model)
    {
        (TransformerConfig config, IReadOnlyDictionary<string, Tensor> parameters) = WithoutZeroUnembedBias(model);
        if (Family.All.FirstOrDefault(f => f.Fits(config)) is not Family family) return false;
        WeightMap map = new(config, family.Rules(config), family.Ignored);
        SafetensorsFile.Save(Path.Combine(folder, "model.safetensors"), map.Store(parameters, name => IsUnembedding(name) ? name : family.Prefix + name),
            new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Write(Path.Combine(folder, "config.json"), stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            json.WriteString("model_type", family.ModelType);
            json.WriteString("torch_dtype", "float32");
            family.Write(json, config);
            if (config.BosToken is int bos) json.WriteNumber("bos_token_id", bos);
            if (config.EosToken is int eos) json.WriteNumber("eos_token_id", eos);
            json.WriteEndObject();
        });
        return true;
    }

    private static IWeightFile Weights(string folder)
    {
        foreach ((string name, Func<string, IWeightFile> open) in s_weights)
            if (File.Exists(Path.Combine(folder, name))) return open(Path.Combine(folder, name));
        throw new ModelFileException(folder, $"there is a config.json, but none of {string.Join(", ", s_weights.Select(w => w.Name))}.");
    }

    private static bool IsUnembedding(string name) => name is "lm_head.weight" or "embed_out.weight";

    /// <summary>No family has a bias on the logits: one of zeros can be left out.</summary>
    private static (TransformerConfig, IReadOnlyDictionary<string, Tensor>) WithoutZeroUnembedBias(HookedTransformer model)
    {
        if (!model.Config.UnembedBias || model.Parameters["unembed.b_U"].Span.ContainsAnyExcept(0f)) return (model.Config, model.Parameters);
        return (model.Config with { UnembedBias = false }, model.Parameters);
    }
}
