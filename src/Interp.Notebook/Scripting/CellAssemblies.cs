using System.Reflection;
using System.Runtime.Loader;

namespace Interp.Notebook.Scripting;

/// <summary>Loads a session's cells, and the assemblies that they refer to, beside the program's own.</summary>
internal sealed class CellAssemblies() : AssemblyLoadContext("cells")
{
    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Assembly> _cells = [];
    private readonly Lock _lock = new();

    /// <summary>Tells where an assembly or a native library is, should a cell ask for it.</summary>
    public void Know(string path)
    {
        lock (_lock) _files.TryAdd(Path.GetFileNameWithoutExtension(path), path);
    }

    /// <summary>Loads a cell.</summary>
    public Assembly LoadCell(Stream code, Stream symbols)
    {
        Assembly assembly = LoadFromStream(code, symbols);
        lock (_lock) _cells[assembly.GetName().Name!] = assembly;
        return assembly;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        lock (_lock) if (_cells.TryGetValue(name, out Assembly? cell)) return cell;
        // What the program has is the program's: a type must not exist twice.
        if (CellReferences.Find(name) is not null) return null;
        lock (_lock) return _files.TryGetValue(name, out string? path) ? LoadFromAssemblyPath(path) : null;
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
