using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <summary>Finds what the directives of a session's cells name: <c>#r</c> a file, a framework assembly or a package.</summary>
internal sealed class DirectiveResolver(Func<string, IReadOnlyList<string>?> packageReferences) : MetadataReferenceResolver
{
    public override bool ResolveMissingAssemblies => false;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (reference.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            return packageReferences(reference) is { } files ? [.. files.Select(CellReferences.Get)] : [];
        string? folder = Path.GetDirectoryName(baseFilePath);
        string path = Path.GetFullPath(reference, string.IsNullOrEmpty(folder) ? Environment.CurrentDirectory : Path.GetFullPath(folder));
        if (File.Exists(path)) return [CellReferences.Get(path)];
        return CellReferences.Find(Path.GetFileName(reference).EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(reference) : reference) is { } known
            ? [CellReferences.Get(known)]
            : [];
    }

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
