namespace Interp;

/// <summary>A parameter that a model needs.</summary>
/// <param name="Name">Its TransformerLens name: <c>blocks.0.attn.W_Q</c>.</param>
/// <param name="Shape">The sizes of its axes.</param>
public sealed record ParameterShape(string Name, int[] Shape)
{
    /// <summary>All parameters of a model, in forward order.</summary>
    public static IReadOnlyList<ParameterShape> Of(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Blocks.Blueprint.Outline(config).Parameters;
    }

    /// <summary>The name and the shape: <c>blocks.0.attn.W_Q [4, 64, 16]</c>.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
