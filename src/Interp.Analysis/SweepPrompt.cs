namespace Interp;

/// <summary>Tokens of a sweep and what is measured on them.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Tokens">[batch, position]</param>
/// <param name="Metrics">Each with its own name.</param>
public sealed record SweepPrompt(string Name, Tokens Tokens, params IReadOnlyList<Metric> Metrics);
