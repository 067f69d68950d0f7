namespace Interp;

/// <summary>A stretch of training, such as the phase change.</summary>
/// <param name="Start">Its beginning, in training tokens.</param>
/// <param name="End">Its end, in training tokens.</param>
public sealed record TokenWindow(double Start, double End);
