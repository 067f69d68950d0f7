namespace Interp;

/// <summary>Steering vectors: directions added to the residual stream (Turner et al. 2023).</summary>
/// <remarks>
/// <code>
/// Tensor vector = Steering.Difference(model, loving, hating, layer: 6);
/// Tensor logits = model.Run(tokens, Steering.Hooks(6, vector, strength: 4));
/// </code>
/// </remarks>
public static class Steering
{
    /// <summary>The mean residual stream before a layer at the last position of one batch, less that of another: [d_model].</summary>
    public static Tensor Difference(IHookedModel model, Tokens toward, Tokens away, int layer)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Begin();
        return scope.Release(Mean(model, toward, layer) - Mean(model, away, layer));
    }

    /// <summary>Hooks that add <paramref name="strength"/> · <paramref name="vector"/> to the residual stream before a layer, from a position on.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="vector">[d_model]</param>
    /// <param name="strength">How much; negative steers away.</param>
    /// <param name="firstPosition">The first position that is steered.</param>
    public static Hooks Hooks(int layer, Tensor vector, float strength = 1, int firstPosition = 0)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return new Hooks().Add($"blocks.{layer}.hook_resid_pre", (residual, _) =>
        {
            if (firstPosition <= 0) return residual + (vector * strength);
            int positions = residual.Shape[1];
            if (firstPosition >= positions) return null;
            Tensor steered = Ops.Slice(residual, 1, firstPosition, positions - firstPosition) + (vector * strength);
            return Ops.Concat(1, Ops.Slice(residual, 1, 0, firstPosition), steered);
        });
    }

    private static Tensor Mean(IHookedModel model, Tokens tokens, int layer)
    {
        Tensor residual = model.RunBlocks(model.Embed(tokens), 0, layer);
        return Ops.Mean(Ops.Slice(residual, 1, -1, 1).Reshape(tokens.Batch, model.Config.DModel), 0);
    }
}
