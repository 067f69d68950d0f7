namespace Interp.Training.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("interp-training-");

    /// <summary>A path inside.</summary>
    public string this[string name] => Path.Combine(_root.FullName, name);

    public void Dispose() => _root.Delete(recursive: true);
}
