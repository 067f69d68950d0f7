namespace Interp.Interventions;

/// <summary>What takes the place of a layer's head outputs z.</summary>
/// <param name="Values">[batch, position, head, d_head], or [head, d_head] for every row and position alike; null for zero.</param>
internal readonly record struct Replacement(Tensor? Values)
{
    /// <summary>What replaces head <paramref name="h"/>'s output at a row of [batch · position].</summary>
    public ReadOnlySpan<float> At(int row, int h, int heads, int width)
    {
        if (Values is null) return [];
        int offset = Values.Rank == 2 ? h * width : ((row * heads) + h) * width;
        return Values.Span.Slice(offset, width);
    }
}
