namespace Interp.Reproduce;

/// <summary>One expectation about a series, checked against what was measured.</summary>
/// <param name="Subject">The model or models it speaks of.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Measured">What was measured, with its numbers.</param>
/// <param name="Holds">Whether it holds.</param>
public sealed record Statement(string Subject, string Expected, string Measured, bool Holds);
