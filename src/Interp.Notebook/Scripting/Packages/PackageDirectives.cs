using Interp.Notebook.Execution;
using Interp.Notebook.Scripting.Magics;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>The packages that a session's cells named, and what they brought.</summary>
internal sealed class PackageDirectives(IPackageRestore restore, CellAssemblies assemblies)
{
    private readonly List<PackageName> _packages = [];
    private readonly List<string> _sources = [];
    private readonly HashSet<string> _restored = [], _references = [], _extensions = [];

    /// <summary>The assemblies to compile with.</summary>
    public IEnumerable<string> References => _references;

    /// <summary>Whether a directive's package was restored.</summary>
    public bool Has(string directive) => _restored.Contains(directive);

    /// <summary>Restores what a cell names and is not there yet; returns the notebooks that the new packages want run.</summary>
    public async Task<IReadOnlyList<string>> RestoreAsync(MagicCell cell, CellConsole console, CancellationToken interrupt)
    {
        string[] directives = [.. cell.Packages.Where(p => !_restored.Contains(p)).Distinct()];
        if (directives.Length == 0)
        {
            _sources.AddRange(cell.Sources.Select(Address));
            return [];
        }
        List<PackageName> asked = [.. _packages, .. directives.Select(PackageName.Parse)];
        List<string> sources = [.. _sources, .. cell.Sources.Select(Address)];
        PackageFiles files = await restore.RestoreAsync(asked, sources, line => console.Write(StreamName.Stdout, line + "\n"), interrupt).ConfigureAwait(false);
        foreach (string path in files.Assemblies.Concat(files.NativeLibraries)) assemblies.Know(path);
        _references.UnionWith(files.References);
        _restored.UnionWith(directives);
        _packages.AddRange(asked[_packages.Count..]);
        _sources.AddRange(sources[_sources.Count..]);
        return [.. files.Extensions.Where(_extensions.Add)];
    }

    private static string Address(string directive) => directive["nuget:".Length..].Trim();
}
