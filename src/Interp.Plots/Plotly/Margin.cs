namespace Interp.Plotly;

/// <summary>The room around a plot, in pixels.</summary>
/// <param name="L">Left.</param>
/// <param name="R">Right.</param>
/// <param name="T">Top.</param>
/// <param name="B">Bottom.</param>
public sealed record Margin(int L, int R, int T, int B);
