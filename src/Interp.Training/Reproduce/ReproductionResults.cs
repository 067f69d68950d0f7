using System.Text.Json;
using System.Text.Json.Serialization;
using Interp.Files;

namespace Interp.Reproduce;

/// <summary>Everything that a reproduction measured; <c>results.json</c> is this record (names in snake_case, losses in nats).</summary>
/// <remarks>With the same seed two runs give the same results but for <see cref="Seconds"/> and <see cref="ModelResults.Seconds"/>.</remarks>
public sealed record ReproductionResults
{
    /// <summary>The name of the file with the results.</summary>
    public const string FileName = "results.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    /// <summary>The version of this layout.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The version of the library.</summary>
    public required string Version { get; init; }

    /// <summary>The seed from which everything random follows.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether this is the short form, in which fewer tokens are seen.</summary>
    public required bool Quick { get; init; }

    /// <summary>The positions that the in-context score compares.</summary>
    public required InContextIndices InContextPositions { get; init; }

    /// <summary>The models, in the order of the series.</summary>
    public required IReadOnlyList<ModelResults> Models { get; init; }

    /// <summary>What the paper leads us to expect, with what was measured.</summary>
    public required IReadOnlyList<Statement> Statements { get; init; }

    /// <summary>Whether every statement holds.</summary>
    public bool AllHold => Statements.All(s => s.Holds);

    /// <summary>The fraction of the variance of all per-token-loss vectors that PC1 and PC2 explain [2].</summary>
    public required double[] ExplainedVariance { get; init; }

    /// <summary>Wall time of the whole reproduction, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The results as <c>results.json</c> holds them.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Writes <c>results.json</c>, atomically.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, s_json));

    /// <summary>Reads a <c>results.json</c>. The per-token-loss vectors are not in it.</summary>
    /// <exception cref="JsonException">The file does not hold results.</exception>
    public static ReproductionResults Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<ReproductionResults>(stream, s_json) ?? throw new JsonException($"{path} holds no results.");
    }
}
