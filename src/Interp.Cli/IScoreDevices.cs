namespace Interp.Cli;

/// <summary>Devices that scores can run on besides the CPU's SIMD units: the tool has none of its own, a tool built on it may.</summary>
internal interface IScoreDevices
{
    /// <summary>What <c>--device</c> takes.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Opens the device of a name and says which it is. Where it holds memory it is <see cref="IDisposable"/>.</summary>
    IScoreRunner Open(string name);
}
