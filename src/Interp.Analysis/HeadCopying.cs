namespace Interp;

/// <summary>How far a head copies (see <see cref="Kernels.Copying"/>), averaged over samples; each in [−1, 1].</summary>
/// <param name="Score">2a/A − 1: the share of the raise that falls on attended tokens.</param>
/// <param name="Alternative">4a/(a + A) − 1, the other reading.</param>
/// <param name="SignedScore">Positive where attended tokens are raised, negative where they are lowered.</param>
public readonly record struct HeadCopying(double Score, double Alternative, double SignedScore);
