namespace Interp.Reproduce;

/// <summary>One model of a series.</summary>
/// <param name="Name">A short name for files and JSON, such as <c>2-layer-smeared</c>.</param>
/// <param name="Title">The name for people, such as "2 layers, smeared keys".</param>
/// <param name="Training">How it is trained.</param>
public sealed record SeriesModel(string Name, string Title, TrainingConfig Training);
