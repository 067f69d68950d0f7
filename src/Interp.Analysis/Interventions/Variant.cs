namespace Interp.Interventions;

/// <summary>One intervention of a batch.</summary>
/// <param name="Head">The layer and the head; head −1 where a whole layer's activation is meant.</param>
/// <param name="Position">The position; −1 for all.</param>
internal readonly record struct Variant(HeadId Head, int Position);
