namespace Interp;

/// <summary>The QK and OV circuits of heads as factored matrices, in the row-vector convention x·W (Elhage et al. 2021).</summary>
/// <remarks>Weights are taken as they are: fold the norms first where their gains should count. Biases and rotations by position are left out.</remarks>
public static class Circuit
{
    /// <summary>W_OV = W_V·W_O [d_model, d_model]: what a head writes for what it reads.</summary>
    public static FactoredMatrix Ov(IHookedModel model, HeadId head) => new(Weight(model, head, "V"), Weight(model, head, "O"));

    /// <summary>W_QK = W_Q·W_Kᵀ [d_model, d_model], without 1/√d_head: query · W_QK · keyᵀ is the score.</summary>
    public static FactoredMatrix Qk(IHookedModel model, HeadId head) =>
        new(Weight(model, head, "Q"), Ops.Permute(Weight(model, head, "K"), 1, 0).Keep());

    /// <summary>W_E·W_OV·W_U [vocabulary, vocabulary], as its factors: which token raises which when attended to.</summary>
    public static FactoredMatrix FullOv(IHookedModel model, HeadId head)
    {
        using var noGrad = Autograd.NoGrad();
        FactoredMatrix ov = Ov(model, head);
        return new(Ops.MatMul(model.Parameters["embed.W_E"], ov.Left).Keep(), Ops.MatMul(ov.Right, model.Parameters["unembed.W_U"]).Keep());
    }

    /// <summary>W_E·W_QK·W_Eᵀ [vocabulary, vocabulary], as its factors: which token attends to which.</summary>
    public static FactoredMatrix FullQk(IHookedModel model, HeadId head)
    {
        using var noGrad = Autograd.NoGrad();
        FactoredMatrix qk = Qk(model, head);
        Tensor embedding = model.Parameters["embed.W_E"];
        return new(Ops.MatMul(embedding, qk.Left).Keep(), Ops.MatMul(qk.Right, embedding, transposeB: true).Keep());
    }

    /// <summary>
    /// W_E·W_QK·(W_OV^k)ᵀ·W_Eᵀ [vocabulary, vocabulary], as its factors: which token attends to a position where an earlier head k has written the token that it attends to.
    /// With a previous-token head for k: which token attends to the position after which (K-composition).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="head">The head that attends.</param>
    /// <param name="keysThrough">k, in an earlier layer.</param>
    /// <exception cref="ArgumentException">k is not in an earlier layer.</exception>
    public static FactoredMatrix FullQk(IHookedModel model, HeadId head, HeadId keysThrough)
    {
        if (head.Layer <= keysThrough.Layer) throw new ArgumentException($"Head {keysThrough} does not come before head {head}.", nameof(keysThrough));
        using var noGrad = Autograd.NoGrad();
        FactoredMatrix qk = Qk(model, head), ov = Ov(model, keysThrough);
        Tensor embedding = model.Parameters["embed.W_E"];
        Tensor keys = Ops.MatMul(Ops.MatMul(Ops.MatMul(embedding, ov.Left), ov.Right), qk.Right, transposeB: true);
        return new(Ops.MatMul(embedding, qk.Left).Keep(), Ops.Permute(keys, 1, 0).Keep());
    }

    /// <summary>The OV circuit of a virtual head: what <paramref name="second"/> writes for what <paramref name="first"/>, in an earlier layer, wrote for what it read, W_OV¹·W_OV².</summary>
    /// <exception cref="ArgumentException">The second head is not in a later layer.</exception>
    public static FactoredMatrix VirtualHead(IHookedModel model, HeadId first, HeadId second)
    {
        if (second.Layer <= first.Layer) throw new ArgumentException($"Head {second} does not come after head {first}.", nameof(second));
        return Ov(model, first).Times(Ov(model, second));
    }

    /// <summary>Σλ / Σ|λ| of W_U W_OV W_E for every head, [layer, head]: 1 where the head copies every token, by the d_head × d_head product W_O·(W_U W_E)·W_V.</summary>
    public static double[,] CopyingEigenvalueScores(IHookedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var noGrad = Autograd.NoGrad();
        Tensor product = Ops.MatMul(model.Parameters["unembed.W_U"], model.Parameters["embed.W_E"]);
        double[,] scores = new double[model.Config.Layers, model.Config.Heads];
        foreach (HeadId head in HeadId.All(model.Config))
        {
            FactoredMatrix ov = Ov(model, head);
            scores[head.Layer, head.Head] = new FactoredMatrix(Ops.MatMul(product, ov.Left), ov.Right).EigenvalueScore();
        }
        return scores;
    }

    /// <summary>A head's weight: W_Q, W_K, W_V [d_model, d_head] or W_O [d_head, d_model]; with grouped queries the key-value head it shares.</summary>
    internal static Tensor Weight(IHookedModel model, HeadId head, string which)
    {
        ArgumentNullException.ThrowIfNull(model);
        head.Check(model.Config);
        string prefix = $"blocks.{head.Layer}.attn.";
        if (which is "Q" or "O") return model.Parameters[$"{prefix}W_{which}"].Select(head.Head).Detach();
        Tensor weight = model.Parameters[model.Config.GroupedQueries ? $"{prefix}_W_{which}" : $"{prefix}W_{which}"];
        return weight.Select(head.Head / (model.Config.Heads / model.Config.KeyValueHeads)).Detach();
    }
}
