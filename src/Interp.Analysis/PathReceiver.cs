namespace Interp;

/// <summary>Where a path ends: one input of a head, an MLP, or the logits.</summary>
/// <param name="Input">Which input.</param>
/// <param name="Layer">The layer (not for logits).</param>
/// <param name="Head">The head (not for MLPs and logits). With grouped queries, its key-value head receives keys and values.</param>
public sealed record PathReceiver(PathInput Input, int Layer = 0, int Head = 0)
{
    /// <summary>The logits.</summary>
    public static PathReceiver Logits { get; } = new(PathInput.Logits);

    /// <inheritdoc/>
    public override string ToString() => Input switch
    {
        PathInput.Logits => "logits",
        PathInput.Mlp => $"mlp {Layer}",
        _ => $"{Layer}.{Head} {Input}",
    };
}
