namespace Interp;

/// <summary>A device that was looked at and not used.</summary>
/// <param name="Name">What the device calls itself.</param>
/// <param name="Reason">What it lacks or how it failed.</param>
public sealed record SkippedDevice(string Name, string Reason);
