using System.Reflection;
using System.Text;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>
/// Restores packages with the .NET SDK. Each set of packages has a folder of its own in the user's cache, where exact versions are found again
/// without the SDK; the packages themselves go where NuGet keeps all packages.
/// </summary>
/// <remarks>One a session: what an earlier call returned may be loaded, so later calls return the same file for that assembly.</remarks>
internal sealed class NuGetRestore : IPackageRestore
{
    private readonly string _cache;
    private readonly string? _folder, _dotnet;
    private readonly Dictionary<string, string> _returned = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _told = [];

    /// <param name="cache">The folder of all sets; the user's cache when absent.</param>
    /// <param name="folder">The notebook's folder, from which upwards NuGet.config is looked for; the working directory when absent.</param>
    /// <param name="dotnet">The <c>dotnet</c> program; this machine's when absent.</param>
    public NuGetRestore(string? cache = null, string? folder = null, string? dotnet = null)
    {
        (_folder, _dotnet) = (folder, dotnet);
        _cache = cache ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } user ? user : Path.GetTempPath(), "interp", "packages");
    }

    public async Task<PackageFiles> RestoreAsync(IReadOnlyList<PackageName> packages, IReadOnlyList<string> sources, Action<string> report, CancellationToken cancellation)
    {
        string folder = _folder ?? Environment.CurrentDirectory;
        RestoreProject project = new(packages, [.. sources.Select(s => s.Contains("://", StringComparison.Ordinal) ? s : Path.GetFullPath(s, folder))], folder);
        AssetsFile assets = await RestoreAsync(project, cancellation).ConfigureAwait(false);
        foreach (var warning in assets.Messages.Where(m => !m.IsError)) Tell(report, warning.Text);
        HashSet<string> asked = new(packages.Select(p => p.Id), StringComparer.OrdinalIgnoreCase);
        foreach ((string id, string version) in assets.Packages.Where(p => asked.Contains(p.Id))) Tell(report, $"Installed {id} {version}");
        List<string> references = [], assemblies = [];
        foreach ((string package, string file) in assets.Files("runtime"))
            if (Choose(package, file, asked, report) is { } chosen) assemblies.Add(chosen);
        // What runs is what is compiled with; a package may also have assemblies for the compiler alone.
        foreach ((_, string file) in assets.Files("compile"))
            references.Add(CellReferences.Find(NameOf(file)) ?? _returned.GetValueOrDefault(NameOf(file)) ?? file);
        return new PackageFiles(references, assemblies, [.. assets.Files("native").Select(f => f.File)]) { Extensions = [.. assets.Extensions] };
    }

    private async Task<AssetsFile> RestoreAsync(RestoreProject project, CancellationToken cancellation)
    {
        string folder = Path.Combine(_cache, project.Key), file = Path.Combine(folder, "packages.csproj"), found = Path.Combine(folder, "project.assets.json");
        Directory.CreateDirectory(folder);
        using FileStream turn = await TakeTurnAsync(Path.Combine(folder, "lock"), cancellation).ConfigureAwait(false);
        if (!project.Packages.Any(p => p.Floats) && File.Exists(file) && Whole(found) is { } earlier) return earlier;
        File.Delete(found);
        await File.WriteAllTextAsync(file, project.ToXml(), Encoding.UTF8, cancellation).ConfigureAwait(false);
        (int code, string output) = await DotnetSdk.RunAsync(
            ["restore", file, "-nologo", "-tl:off", "-v:quiet", "-noAutoResponse", "-nodeReuse:false", "-m:1"], folder, cancellation, _dotnet).ConfigureAwait(false);
        return code == 0 && Whole(found) is { } assets
            ? assets
            : throw new InvalidOperationException(RestoreErrors.Describe(project.Packages, AssetsFile.Open(found), output));
    }

    private static AssetsFile? Whole(string path) => AssetsFile.Open(path) is { IsWhole: true } assets ? assets : null;

    /// <summary>The file that runs for an assembly of a package: the package's, or the one that is already here; null where that is the program's own.</summary>
    private string? Choose(string package, string file, HashSet<string> asked, Action<string> report)
    {
        string name = NameOf(file);
        if (CellReferences.Find(name) is { } own)
        {
            Version? here = VersionOf(own), there = VersionOf(file);
            if (there > here)
                Tell(report, $"{name} {there} of the package {package} is not used: the kernel runs with {here} and keeps it. What needs the newer one may fail.");
            else if (there < here && asked.Contains(package))
                Tell(report, $"{name} {there} of the package {package} is not used: the kernel runs with the newer {here}.");
            return null;
        }
        if (_returned.TryAdd(name, file) || _returned[name] == file) return file;
        Tell(report, $"{package}: another version of {name} was installed before and stays. Restart the kernel to use this one.");
        return _returned[name];
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static Version? VersionOf(string file) => AssemblyName.GetAssemblyName(file).Version;

    private void Tell(Action<string> report, string line)
    {
        if (_told.Add(line)) report(line);
    }

    private static async Task<FileStream> TakeTurnAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(100, cancellation).ConfigureAwait(false);
            }
        }
    }
}
