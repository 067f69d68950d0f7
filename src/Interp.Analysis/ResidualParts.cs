namespace Interp;

/// <summary>Vectors of the residual stream at one position of each sequence: parts of it that add up, or its states one after the other.</summary>
/// <param name="Labels">What each one is, as TransformerLens names it: <c>embed</c>, <c>0_attn_out</c>, <c>L1H3</c>, <c>1_pre</c>, ….</param>
/// <param name="Values">[component, batch, d_model]</param>
/// <param name="Final">The whole residual stream before the final norm at that position [batch, d_model]: where the norm's scale is frozen from.</param>
public sealed record ResidualParts(IReadOnlyList<string> Labels, Tensor Values, Tensor Final)
{
    /// <summary>One component [batch, d_model].</summary>
    /// <exception cref="KeyNotFoundException">There is no such label.</exception>
    public Tensor this[string label]
    {
        get
        {
            int index = Labels.ToList().IndexOf(label);
            return index >= 0 ? Values.Select(index) : throw new KeyNotFoundException($"There is no component '{label}'; there are {string.Join(", ", Labels)}.");
        }
    }
}
