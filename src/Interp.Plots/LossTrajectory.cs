namespace Interp;

/// <summary>A model's path through the space of per-token losses.</summary>
/// <param name="Name">The model.</param>
/// <param name="Tokens">[snapshots] training tokens seen.</param>
/// <param name="Pc1">[snapshots] the first principal component of the loss vector, in nats.</param>
/// <param name="Pc2">[snapshots] the second.</param>
/// <param name="Window">The phase change; null when there is none.</param>
public sealed record LossTrajectory(string Name, IReadOnlyList<double> Tokens, IReadOnlyList<double> Pc1, IReadOnlyList<double> Pc2, TokenWindow? Window = null);
