using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <summary>Loads a session's cells, and the assemblies that they refer to, beside the program's own.</summary>
internal sealed class CellAssemblies() : AssemblyLoadContext("cells")
{
    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Assembly> _cells = [];
    private readonly HashSet<string> _folders = [];
    private readonly Lock _lock = new();

    /// <summary>Whether an assembly is a cell's.</summary>
    public static bool IsCell(Assembly assembly) =>
        GetLoadContext(assembly) is CellAssemblies context && context._cells.ContainsKey(assembly.GetName().Name!);

    /// <summary>Tells where an assembly or a native library is, should a cell ask for it.</summary>
    public void Know(string path)
    {
        lock (_lock) _files.TryAdd(Path.GetFileNameWithoutExtension(path), path);
    }

    /// <summary>Tells of an assembly whose dependencies may lie beside it.</summary>
    public void KnowWithNeighbours(string path)
    {
        Know(path);
        lock (_lock) _folders.Add(Path.GetDirectoryName(path)!);
    }

    /// <summary>Loads a cell that has code.</summary>
    /// <returns>What runs it on the cells' state.</returns>
    public Func<object?[], Task<object?>> Load(CompiledCell cell)
    {
        Assembly assembly = LoadFromStream(cell.Code!, cell.Symbols);
        _cells[assembly.GetName().Name!] = assembly;
        IMethodSymbol entry = cell.Compilation.GetEntryPoint(CancellationToken.None)!;
        return assembly.GetType(entry.ContainingType.MetadataName)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        if (_cells.TryGetValue(name, out Assembly? cell)) return cell;
        // What the program has is the program's: a type must not exist twice.
        if (CellReferences.Find(name) is not null) return null;
        string? path;
        lock (_lock)
            if (!_files.TryGetValue(name, out path)) path = _folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        lock (_lock)
        {
            foreach (string name in new[] { Path.GetFileNameWithoutExtension(unmanagedDllName), unmanagedDllName, "lib" + unmanagedDllName })
                if (_files.TryGetValue(name, out string? path)) return LoadUnmanagedDllFromPath(path);
        }
        return 0;
    }
}
