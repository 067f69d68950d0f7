namespace Interp.Cli;

/// <summary>What an intervention is measured by; <see cref="Metrics"/> defines each.</summary>
internal enum MetricKind
{
    Loss,
    InContextScore,
    LogitDifference,
    Probability,
    Kl,
}
