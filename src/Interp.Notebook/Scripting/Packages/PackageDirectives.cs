using Interp.Notebook.Execution;
using Interp.Notebook.Scripting.Magics;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>The packages that a session's cells named, and what they brought.</summary>
internal sealed class PackageDirectives(IPackageRestore restore, CellAssemblies assemblies)
{
    private readonly List<PackageName> _packages = [];
    private readonly List<string> _sources = [];
    private readonly Dictionary<string, PackageFiles> _restored = [];
    private readonly HashSet<string> _references = [];

    /// <summary>The assemblies to compile with for what stands in a directive; null where it was not restored.</summary>
    public IReadOnlyList<string>? ReferencesOf(string directive) => _restored.GetValueOrDefault(directive)?.References;

    /// <summary>Whether a reference comes from a package; what runs may be another file.</summary>
    public bool Brought(string path) => _references.Contains(path);

    /// <summary>Restores what a cell names and is not there yet.</summary>
    public async Task RestoreAsync(MagicCell cell, CellConsole console, CancellationToken interrupt)
    {
        string[] directives = [.. cell.Packages.Where(p => !_restored.ContainsKey(p)).Distinct()];
        if (directives.Length == 0)
        {
            _sources.AddRange(cell.Sources.Select(Address));
            return;
        }
        List<PackageName> asked = [.. _packages, .. directives.Select(PackageName.Parse)];
        List<string> sources = [.. _sources, .. cell.Sources.Select(Address)];
        PackageFiles files = await restore.RestoreAsync(asked, sources, line => console.Write(StreamName.Stdout, line + "\n"), interrupt).ConfigureAwait(false);
        foreach (string path in files.Assemblies.Concat(files.NativeLibraries)) assemblies.Know(path);
        _references.UnionWith(files.References);
        foreach (string directive in directives) _restored[directive] = files;
        _packages.AddRange(asked[_packages.Count..]);
        _sources.AddRange(sources[_sources.Count..]);
    }

    private static string Address(string directive) => directive["nuget:".Length..].Trim();
}
