using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <summary>Finds what the directives of a session's cells name: <c>#r</c> a file, a framework assembly or a package.</summary>
/// <param name="isRestored">Whether a package directive has been followed.</param>
internal sealed class DirectiveResolver(Func<string, bool> isRestored) : MetadataReferenceResolver
{
    // A directive can bring one reference, and a package may have many or none: the compilation gets those itself, the directive one that is there anyway.
    private static readonly PortableExecutableReference s_nothing = CellReferences.Get(typeof(object).Assembly.Location);

    public override bool ResolveMissingAssemblies => false;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (reference.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            return isRestored(reference) ? [s_nothing] : [];
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
