namespace Interp;

/// <summary>A token and its entry in a circuit.</summary>
/// <param name="Token">The token's id.</param>
/// <param name="Value">The circuit's entry.</param>
public readonly record struct TokenScore(int Token, float Value);
