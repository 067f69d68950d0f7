namespace Interp.Reproduce;

/// <summary>Which positions the in-context score compares: the mean loss of predicting the late ones minus that of the early ones, ends included.</summary>
/// <param name="EarlyFirst">The first early position.</param>
/// <param name="EarlyLast">The last early position.</param>
/// <param name="LateFirst">The first late position.</param>
/// <param name="LateLast">The last late position.</param>
public sealed record InContextPositions(int EarlyFirst, int EarlyLast, int LateFirst, int LateLast);
