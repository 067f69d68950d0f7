using System.Text.Json.Serialization;

namespace Interp;

/// <summary>What was measured of a model at one step of its training, on a fixed evaluation set. Losses are in nats.</summary>
public sealed record Snapshot
{
    /// <summary>The number of updates before this snapshot.</summary>
    public required long Step { get; init; }

    /// <summary>The number of training tokens before it.</summary>
    public required long Tokens { get; init; }

    /// <summary>The mean loss over the evaluation rows and all predicted positions.</summary>
    public required double Loss { get; init; }

    /// <summary>The mean loss at late positions minus at early ones; negative means learning in context.</summary>
    public required double InContextScore { get; init; }

    /// <summary>[context − 1]: entry i is the mean loss of predicting position i + 1.</summary>
    public required float[] LossByIndex { get; init; }

    /// <summary>[examples]: the per-token-loss vector, the loss at one position of each evaluation row, the same positions at every snapshot.</summary>
    /// <remarks>Kept in <c>metrics.db</c>; JSON leaves it out.</remarks>
    [JsonIgnore]
    public float[] TokenLosses { get; init; } = [];

    /// <summary>The in-context score on the rows used for ablations, without any ablation; null when heads are not ablated.</summary>
    public double? AblationBaseline { get; init; }

    /// <summary>The heads, layer by layer.</summary>
    public required IReadOnlyList<HeadSnapshot> Heads { get; init; }
}
