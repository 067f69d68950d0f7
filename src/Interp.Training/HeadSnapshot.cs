using System.Text.Json.Serialization;

namespace Interp;

/// <summary>What was measured of one head at a snapshot. The definitions are those of the head scores in Interp.Analysis.</summary>
public sealed record HeadSnapshot
{
    /// <summary>The layer, from 0.</summary>
    public required int Layer { get; init; }

    /// <summary>The head in its layer, from 0.</summary>
    public required int Head { get; init; }

    /// <summary>Attention to the positions after earlier occurrences of the current token, on random repeated sequences of varying period.</summary>
    public required double PrefixMatching { get; init; }

    /// <summary>The share of the head's logit raise that falls on the tokens it attends to, 2a/A − 1 in [−1, 1]. Diffuse attention scores low whatever the head does.</summary>
    public required double Copying { get; init; }

    /// <summary>Whether attended tokens are raised (up to 1) or lowered (down to −1): its sign tells copying from anti-copying.</summary>
    public required double CopyingSigned { get; init; }

    /// <summary>Mean attention to the previous position, on evaluation rows.</summary>
    public required double PreviousToken { get; init; }

    /// <summary>Mean attention to earlier occurrences of the current token, on the repeated sequences.</summary>
    public required double DuplicateToken { get; init; }

    /// <summary>Mean attention to position 0, on evaluation rows.</summary>
    public required double FirstToken { get; init; }

    /// <summary>Mean entropy of the attention rows, in nats, on evaluation rows.</summary>
    public required double Entropy { get; init; }

    /// <summary>The QK eigenvalue trace, with earlier heads weighted by their previous-token attention; 0 in the first layer.</summary>
    public required double QkTrace { get; init; }

    /// <summary>The in-context score with this head ablated and all attention patterns kept (on the ablation rows); null when not measured.</summary>
    public double? AblatedInContextScore { get; init; }

    /// <summary>[ablation examples]: the per-token-loss vector with this head ablated so; empty when not measured.</summary>
    /// <remarks>Kept in <c>metrics.db</c>; JSON leaves it out.</remarks>
    [JsonIgnore]
    public float[] AblatedTokenLosses { get; init; } = [];
}
