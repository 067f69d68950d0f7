namespace Interp.Reproduce;

/// <summary>A phase change: the smallest window that holds 80 % of the largest drop of the smoothed in-context score (see <see cref="PhaseChange"/>).</summary>
/// <param name="StartSnapshot">The index of the snapshot at its start.</param>
/// <param name="EndSnapshot">The index of the snapshot at its end.</param>
/// <param name="StartTokens">Training tokens at its start.</param>
/// <param name="EndTokens">Training tokens at its end.</param>
/// <param name="HalfwayTokens">Training tokens at which half of the window's drop is behind: when the change happens.</param>
/// <param name="LargestDrop">The largest drop of the smoothed score in the whole run, in nats.</param>
/// <param name="FractionInside">The fraction of the final in-context score that formed inside: (score at the end − score at the start) / score at the last snapshot.</param>
public sealed record WindowResults(int StartSnapshot, int EndSnapshot, long StartTokens, long EndTokens, long HalfwayTokens, double LargestDrop, double FractionInside);
