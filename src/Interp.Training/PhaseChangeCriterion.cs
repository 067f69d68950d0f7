namespace Interp;

/// <summary>What counts as a phase change; see <see cref="PhaseChange"/>.</summary>
public sealed record PhaseChangeCriterion
{
    /// <summary>The fraction of the largest drop that the window holds.</summary>
    public double Fraction { get; init; } = 0.8;

    /// <summary>The smallest drop of the smoothed score that counts, in nats: a model without induction heads learns a little in context too.</summary>
    public double MinimumDrop { get; init; } = 0.75;

    /// <summary>
    /// The drop must also be this many times the score's noise, the robust standard deviation of one snapshot: 1.4826·median|s₍ᵢ₋₁₎ − 2sᵢ + s₍ᵢ₊₁₎|/√6.
    /// </summary>
    public double NoiseFactor { get; init; } = 6;

    /// <summary>The longest window that counts, as a fraction of the measured tokens: a steady drift needs <see cref="Fraction"/> of them.</summary>
    public double MaximumShare { get; init; } = 0.5;
}
