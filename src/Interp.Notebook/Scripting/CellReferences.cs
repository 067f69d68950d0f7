using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <summary>The assemblies that cells compile with: the framework, this library, and whatever <c>#r</c> adds.</summary>
internal static class CellReferences
{
    // One reference an assembly for the whole process: its symbols are shared by all compilations that use it.
    private static readonly ConcurrentDictionary<string, PortableExecutableReference> s_references = new();

    /// <summary>What every session starts with.</summary>
    public static IReadOnlyList<PortableExecutableReference> Preloaded { get; } = [.. Trusted().Values.Where(IsForCells).Select(Get)];

    /// <summary>The reference to a file; the file is mapped, not read.</summary>
    public static PortableExecutableReference Get(string path) => s_references.GetOrAdd(path, Open);

    /// <summary>The file of a framework assembly or of one of the program's own, by name; null where there is none.</summary>
    public static string? Find(string assemblyName) => Trusted().GetValueOrDefault(assemblyName);

    private static Dictionary<string, string> Trusted()
    {
        Dictionary<string, string> files = new(StringComparer.OrdinalIgnoreCase);
        string all = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        foreach (string path in all.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) files.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return files;
    }

    private static bool IsForCells(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        bool isFramework = Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location);
        return isFramework
            ? name is "mscorlib" or "netstandard" || name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
            : name.StartsWith("Interp.", StringComparison.Ordinal) || name is "MathNet.Numerics" or "System.Numerics.Tensors" or "Microsoft.DotNet.Interactive.Formatting";
    }

    private static unsafe PortableExecutableReference Open(string path)
    {
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        // Never released: a reference lives as long as the process.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        ModuleMetadata module = ModuleMetadata.CreateFromImage((IntPtr)start, (int)new FileInfo(path).Length);
        string documentation = Path.ChangeExtension(path, ".xml");
        return AssemblyMetadata.Create(module).GetReference(XmlDocumentationProvider.CreateFromFile(documentation), filePath: path, display: path);
    }
}
