namespace Interp.Files;

/// <summary>A tensor of a file and the parameters that it holds. <c>{l}</c> in names stands for every layer.</summary>
/// <param name="Source">The tensor's name in the file.</param>
/// <param name="Pattern">How it becomes parameters, see <see cref="Rearrangement"/>; null: as it is. With several parameters the first axis on the right is their number.</param>
/// <param name="Targets">The parameters' TransformerLens names.</param>
internal sealed record WeightRule(string Source, string? Pattern, params IReadOnlyList<string> Targets);
