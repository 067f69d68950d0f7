namespace Interp;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Measurements made or found stored.</param>
/// <param name="Total">All measurements of the sweep.</param>
public readonly record struct SweepProgress(int Done, int Total);
