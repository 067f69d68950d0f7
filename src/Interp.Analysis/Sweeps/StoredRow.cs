namespace Interp.Sweeps;

/// <summary>A row on disk.</summary>
/// <param name="Row">The measurement.</param>
/// <param name="Weights">The <see cref="Fingerprint"/> of the weights that it was made with.</param>
internal sealed record StoredRow(SweepRow Row, string Weights);
