using System.Text.Json;
using System.Text.Json.Serialization;
using Interp.Files;

namespace Interp.Store;

/// <summary>The content of <c>run.json</c>.</summary>
internal sealed record RunManifest
{
    private const string FormatName = "interp training run";
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    public required string Format { get; init; }

    public required int Version { get; init; }

    /// <summary>The version of this library that began the run.</summary>
    public required string CreatedWith { get; init; }

    public required TrainingConfig Config { get; init; }

    public static RunManifest For(TrainingConfig config) => new()
    {
        Format = FormatName,
        Version = CurrentVersion,
        CreatedWith = typeof(RunManifest).Assembly.GetName().Version!.ToString(3),
        Config = config,
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, s_json));

    public static RunManifest Load(string path)
    {
        RunManifest? manifest;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            manifest = JsonSerializer.Deserialize<RunManifest>(stream, s_json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new TrainingRunException($"{path} does not describe a training run: {e.Message} Restore it from a copy, or begin a new run in another folder.", e);
        }
        if (manifest is null || manifest.Format != FormatName)
            throw new TrainingRunException($"{path} does not describe a training run: its format is not \"{FormatName}\".");
        if (manifest.Version != CurrentVersion)
            throw new TrainingRunException($"{path} has version {manifest.Version}; this program reads version {CurrentVersion}. Use the program that wrote it ({manifest.CreatedWith}).");
        return manifest;
    }
}
