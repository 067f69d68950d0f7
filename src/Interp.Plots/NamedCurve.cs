namespace Interp;

/// <summary>A curve among others: a model of a series, a run, a snapshot.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="X">The x values.</param>
/// <param name="Y">As many y values.</param>
/// <param name="Window">Where its phase change is, in units of <paramref name="X"/>, in figures that mark it.</param>
public sealed record NamedCurve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, TokenWindow? Window = null);
