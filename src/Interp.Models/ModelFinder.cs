using System.Text.Json;
using System.Text.Json.Serialization;
using Interp.Families;
using Interp.Files;
using Interp.Tokenizers;

namespace Interp;

/// <summary>Recognises what a path holds.</summary>
internal static class ModelFinder
{
    public const string ConfigFile = "config.json";
    public const string TransformerLensWeights = "weights.safetensors";
    private const string RunFile = "run.json";
    private const string NameMapFile = "name-map.json";

    // Must agree with how a training run writes its run.json.
    private static readonly JsonSerializerOptions s_runJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The model at a path.</summary>
    /// <exception cref="ModelFileException">There is none that is supported.</exception>
    public static ModelSource Find(string path, string? nameMap)
    {
        if (Directory.Exists(path)) return InFolder(path, nameMap);
        if (!File.Exists(path)) throw new ModelFileException(path, "there is no such file or folder.");
        return InFile(path, nameMap);
    }

    private static ModelSource InFolder(string folder, string? nameMap)
    {
        if (File.Exists(Path.Combine(folder, RunFile))) return InRun(folder, LastCheckpoint(folder));
        if (File.Exists(Path.Combine(folder, ConfigFile)) && nameMap is null) return WithConfig(Path.Combine(folder, ConfigFile), null);
        string[] checkpoints = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".pt" or ".pth" or ".bin" or ".safetensors"
            && !Path.GetFileName(file).StartsWith("tok", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return checkpoints.Length == 1
            ? InFile(checkpoints[0], nameMap)
            : throw new ModelFileException(folder, "this folder is not a model: it has no config.json (Hugging Face or TransformerLens) and no run.json (a training run)"
                + (checkpoints.Length == 0 ? "." : $", and several weights files ({string.Join(", ", checkpoints.Select(Path.GetFileName))}): name one of them."));
    }

    private static ModelSource InFile(string path, string? nameMap)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string name = Path.GetFileName(path);
        if (name == RunFile) return InRun(folder, LastCheckpoint(folder));
        if (Path.GetDirectoryName(folder) is string parent && Path.GetFileName(folder) == "checkpoints" && File.Exists(Path.Combine(parent, RunFile))) return InRun(parent, path);
        if (name == ConfigFile) return WithConfig(path, null);
        nameMap ??= ((string[])[path + ".map.json", Path.ChangeExtension(path, ".map.json"), Path.Combine(folder, NameMapFile)]).FirstOrDefault(File.Exists);
        string? config = File.Exists(Path.Combine(folder, ConfigFile)) ? Path.Combine(folder, ConfigFile) : null;
        switch (KindOf(path))
        {
            case Kind.Json:
                JsonWeights json = JsonWeights.Open(path);
                return new ModelSource("minGPT model as JSON", MinGpt.Config(path, json.Config), json, MinGpt.Rules, MinGpt.Ignored);
            case Kind.Safetensors when nameMap is null && config is null:
                throw new ModelFileException(path, "tensors alone do not say how the model computes: put its config.json beside it, or write a name map (docs/name-maps.md).");
            case Kind.Safetensors:
                return nameMap is null ? WithConfig(config!, SafetensorsFile.Open(path)) : WithNameMap(nameMap, _ => SafetensorsFile.Open(path));
            case Kind.Zip when nameMap is null && config is null:
                throw new ModelFileException(path, $"a PyTorch checkpoint does not say how the model computes: put its config.json beside it, or write {name}.map.json (docs/name-maps.md).");
            case Kind.Zip:
                return nameMap is null ? WithConfig(config!, PyTorchCheckpoint.Open(path)) : WithNameMap(nameMap, state => PyTorchCheckpoint.Open(path, state));
            default:
                Llama2CFile llama = Llama2CFile.Open(path);
                return new ModelSource("llama2.c checkpoint", Llama2C.Config(llama), llama, Llama2C.Rules, Llama2C.Ignored);
        }
    }

    private static ModelSource WithConfig(string configPath, IWeightFile? weights)
    {
        using JsonDocument document = JsonFile.Open(configPath);
        JsonFields fields = new(configPath, "the configuration", document.RootElement);
        if (fields.Has("model_type")) return HuggingFace.Source(configPath, document.RootElement, weights);
        if (!fields.Has("n_layers")) throw fields.Error("it has neither 'model_type' (Hugging Face) nor 'n_layers' (TransformerLens).");
        TransformerConfig config = TransformerLensConfig.Read(document.RootElement, configPath);
        return new ModelSource("TransformerLens state dict", config, weights ?? TransformerLensWeightsIn(Path.GetDirectoryName(configPath) ?? ""),
            TransformerLens.Rules, config.TiedEmbeddings ? [.. TransformerLens.Ignored, "unembed.W_U"] : TransformerLens.Ignored);
    }

    private static IWeightFile TransformerLensWeightsIn(string folder)
    {
        foreach (string name in (string[])[TransformerLensWeights, "model.safetensors"])
            if (File.Exists(Path.Combine(folder, name))) return SafetensorsFile.Open(Path.Combine(folder, name));
        string[] checkpoints = [.. Directory.EnumerateFiles(folder == "" ? "." : folder).Where(file => Path.GetExtension(file) is ".pt" or ".pth").Order(StringComparer.Ordinal)];
        return checkpoints.Length == 1
            ? PyTorchCheckpoint.Open(checkpoints[0])
            : throw new ModelFileException(folder, $"there is a config.json, but no {TransformerLensWeights}, and {(checkpoints.Length == 0 ? "no" : "more than one")} .pt or .pth file.");
    }

    private static ModelSource WithNameMap(string mapPath, Func<string?, IWeightFile> open)
    {
        NameMap map = NameMap.Read(mapPath);
        return new ModelSource($"{Path.GetFileName(mapPath)}'s checkpoint", map.Config, open(map.State), _ => map.Rules, map.Ignored, map.Zeros, map.Prefix) { Tokenizer = map.Tokenizer };
    }

    private static ModelSource InRun(string folder, string checkpoint)
    {
        string path = Path.Combine(folder, RunFile);
        using JsonDocument document = JsonFile.Open(path);
        JsonFields config = new JsonFields(path, RunFile, document.RootElement).Object("config");
        TransformerConfig model;
        try
        {
            model = config.Get("model").Deserialize<TransformerConfig>(s_runJson)!.Validate();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ModelFileException(path, $"its model is malformed: {e.Message}", e);
        }
        // A corpus without an encoding of its own was read as bytes.
        bool bytes = config.Has("data") && config.Object("data") is JsonFields data && data.Text("kind") == "corpus-text" && (data.Integer("bpe_vocabulary") ?? 0) == 0;
        string tokenizer = Path.Combine(folder, "tokenizer.json");
        return new ModelSource($"training run, {Path.GetFileNameWithoutExtension(checkpoint)}", model, SafetensorsFile.Open(checkpoint), TransformerLens.Rules, TransformerLens.Ignored)
        {
            Tokenizer = File.Exists(tokenizer) ? BpeTokenizer.Open(tokenizer) : bytes ? new ByteTokenizer() : null,
        };
    }

    private static string LastCheckpoint(string folder)
    {
        string checkpoints = Path.Combine(folder, "checkpoints");
        // The step has a fixed number of digits at least: longer is later.
        return (Directory.Exists(checkpoints) ? Directory.EnumerateFiles(checkpoints, "step-*.safetensors") : [])
                .OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal).LastOrDefault()
            ?? throw new ModelFileException(folder, "this training run has no checkpoint yet.");
    }

    private enum Kind { Safetensors, Zip, Json, Llama2C }

    private static Kind KindOf(string path)
    {
        byte[] start = new byte[9];
        int length;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"it cannot be opened: {e.Message}", e);
        }
        string extension = Path.GetExtension(path);
        if (extension is ".pt" or ".pth" || ZipDirectory.Begins(start.AsSpan(0, length))) return Kind.Zip;
        if (extension == ".safetensors" || (length == 9 && start[8] == '{')) return Kind.Safetensors;
        if (extension == ".json") return Kind.Json;
        return extension == ".bin"
            ? Kind.Llama2C
            : throw new ModelFileException(path, "this is no kind of model file that is known: safetensors, a PyTorch zip checkpoint, llama2.c (.bin) or minGPT as JSON.");
    }
}
