namespace Interp;

/// <summary>The logit lens: what the model would say if it stopped after each state of the residual stream.</summary>
public static class LogitLens
{
    /// <summary>Logits [component, batch, vocabulary] of each state, through the final norm (with each state's own scale) and the unembedding.</summary>
    /// <param name="model">The model.</param>
    /// <param name="states">From <see cref="ResidualAccessors.AccumulatedResidual"/>.</param>
    public static Tensor Logits(IHookedModel model, ResidualParts states)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(states);
        return model.Unembed(states.Values);
    }
}
