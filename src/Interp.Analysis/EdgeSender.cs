namespace Interp;

/// <summary>What an edge starts from.</summary>
/// <param name="Layer">The layer; −1 for the embedding.</param>
/// <param name="Head">The head; −1 for an MLP or the embedding.</param>
public readonly record struct EdgeSender(int Layer, int Head)
{
    /// <summary>The embedding (tokens and positions).</summary>
    public static EdgeSender Embedding { get; } = new(-1, -1);

    /// <summary>True for an MLP.</summary>
    public bool IsMlp => Layer >= 0 && Head < 0;

    /// <inheritdoc/>
    public override string ToString() => Layer < 0 ? "embedding" : IsMlp ? $"mlp {Layer}" : $"{Layer}.{Head}";
}
