namespace Interp;

/// <summary>Tokens of a sweep and what is measured on them.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Tokens">[batch, position]</param>
/// <param name="Metrics">Each with its own name.</param>
public sealed record SweepPrompt(string Name, Tokens Tokens, params IReadOnlyList<Metric> Metrics)
{
    /// <summary>For patching: the tokens of the same shape whose activations are put in. For <see cref="AblationKind.Resample"/>: tokens of the same shape, whose head outputs take an ablated head's place. For <see cref="AblationKind.Mean"/>: the tokens to average over; null for the prompt's own.</summary>
    public Tokens? Reference { get; init; }
}
