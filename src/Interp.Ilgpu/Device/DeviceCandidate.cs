namespace Interp.Device;

/// <summary>A device that may be opened.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Lack">What the kernels need and it has not; null where it has all.</param>
/// <param name="Open">Opens and checks it; takes the devices that were looked at before.</param>
internal sealed record DeviceCandidate(string Name, string? Lack, Func<IReadOnlyList<SkippedDevice>, IlgpuScoreRunner> Open);
