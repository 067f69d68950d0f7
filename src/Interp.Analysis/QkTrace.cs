namespace Interp;

/// <summary>The QK eigenvalue trace: how far a head looks for its own token one position after earlier ones, by way of earlier previous-token heads (Olsson et al. 2022).</summary>
public static class QkTrace
{
    /// <summary>
    /// Tr(Σ_k p_k · W_Eᵀ W_QK^h W_OV^k W_E) for each head h, over the heads k of earlier layers: [layer, head], 0 in the first layer.
    /// With G = W_Eᵀ W_E it is Σ_k p_k ⟨W_O^k W_K^h, W_V^kᵀ G W_Q^h⟩: nothing of size V × V is made. Weights are taken as they are (norm gains not folded, no 1/√d_head).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="previousToken">p: the mean previous-token attention of every head, [layer, head].</param>
    /// <exception cref="ArgumentException">The scores do not have one entry a head.</exception>
    public static double[,] Of(IHookedModel model, double[,] previousToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(previousToken);
        TransformerConfig config = model.Config;
        if (previousToken.GetLength(0) != config.Layers || previousToken.GetLength(1) != config.Heads)
        {
            throw new ArgumentException(
                $"The scores are [{previousToken.GetLength(0)}, {previousToken.GetLength(1)}]; the model has {config.Layers} layers of {config.Heads} heads.", nameof(previousToken));
        }
        using var noGrad = Autograd.NoGrad();
        double[,] traces = new double[config.Layers, config.Heads];
        Tensor embedding = model.Parameters["embed.W_E"];
        Tensor gram = Ops.MatMul(embedding, embedding, transposeA: true);
        // Σ_k p_k W_OV^k over all earlier heads is one d_model × d_model matrix, added up layer by layer.
        Tensor moved = Tensor.Zeros(config.DModel, config.DModel);
        for (int l = 0; l < config.Layers; l++)
        {
            for (int h = 0; l > 0 && h < config.Heads; h++)
            {
                // Tr(G W_Q W_Kᵀ M ᵀ) with M = Σ p W_OV in row-vector convention: the keys are x·M.
                FactoredMatrix qk = Circuit.Qk(model, (l, h));
                Tensor left = Ops.MatMul(gram, qk.Left), right = Ops.MatMul(qk.Right, moved, transposeB: true);
                traces[l, h] = new FactoredMatrix(left, right).Trace();
            }
            for (int h = 0; h < config.Heads; h++)
            {
                FactoredMatrix ov = Circuit.Ov(model, (l, h));
                moved += Ops.MatMul(Ops.Scale(ov.Left, (float)previousToken[l, h]), ov.Right);
            }
        }
        return traces;
    }
}
