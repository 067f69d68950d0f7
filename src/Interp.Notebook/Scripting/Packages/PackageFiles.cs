namespace Interp.Notebook.Scripting.Packages;

/// <summary>What restored packages bring, their dependencies included; full paths.</summary>
/// <param name="References">The assemblies to compile with.</param>
/// <param name="Assemblies">The assemblies to run with.</param>
/// <param name="NativeLibraries">The native libraries of this platform.</param>
internal sealed record PackageFiles(IReadOnlyList<string> References, IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeLibraries)
{
    /// <summary>
    /// The notebooks that packages want run once they are there, by .NET Interactive's convention: <c>interactive-extensions/dotnet/*.dib</c>.
    /// </summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];
}
