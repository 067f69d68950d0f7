namespace Interp.Interventions;

/// <summary>One ablation of a batch.</summary>
/// <param name="Head">The head.</param>
/// <param name="Position">The position; −1 for all.</param>
internal readonly record struct Variant(HeadId Head, int Position);
