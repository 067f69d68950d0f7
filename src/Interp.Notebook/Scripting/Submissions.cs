using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Interp.Notebook.Scripting;

/// <summary>The cells that compiled so far, as the next one sees them. Immutable: completion reads it while a cell runs.</summary>
/// <param name="Previous">The last cell's compilation, which knows those before it; null at first.</param>
/// <param name="Cells">The cells' texts in order, as compiled (magics blanked out).</param>
/// <param name="Resolver">Finds what <c>#r</c> and <c>#load</c> name.</param>
internal sealed record Submissions(CSharpCompilation? Previous, ImmutableList<string> Cells, DirectiveResolver Resolver)
{
    private static readonly Lock s_binding = new();

    /// <summary>The assemblies of the packages that cells named: a <c>#r</c> itself can bring only one reference.</summary>
    public ImmutableArray<PortableExecutableReference> Packages { get; init; } = [];

    /// <summary>How cells are parsed.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.None, SourceCodeKind.Script);

    /// <summary>The namespaces and static classes that cells use without naming them.</summary>
    public static ImmutableArray<string> Imports { get; } =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading", "System.Threading.Tasks", "Interp", "Interp.Data", "Interp.Cell",
    ];

    /// <summary>The compilation of one more cell.</summary>
    /// <param name="cell">Parsed with <see cref="ParseOptions"/>; its path is the cell's name.</param>
    /// <param name="number">Distinguishes its types from all others'.</param>
    /// <param name="files">The files that it loads; as they are when absent.</param>
    public CSharpCompilation Next(SyntaxTree cell, int number, LoadedFiles? files = null)
    {
        CSharpCompilation compilation = Create(cell, number, files ?? LoadedFiles.AsTheyAre);
        Bind(() => compilation.Assembly);
        return compilation;
    }

    /// <summary>Does what binds a compilation's references, one at a time: compilations that bind at the same time each make symbols of their own, and one type is then two to the cells that follow.</summary>
    public static T Bind<T>(Func<T> bind)
    {
        lock (s_binding) return bind();
    }

    private CSharpCompilation Create(SyntaxTree cell, int number, LoadedFiles files) => CSharpCompilation.CreateScriptCompilation(
        $"Cell{number}",
        cell,
        // Later cells inherit the references of the first.
        [.. Previous is null ? CellReferences.Preloaded : [], .. Packages],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            scriptClassName: $"Cell{number}",
            usings: Imports,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            metadataReferenceResolver: Resolver,
            sourceReferenceResolver: files,
            assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default,
            nullableContextOptions: NullableContextOptions.Disable,
            concurrentBuild: false),
        Previous,
        returnType: typeof(object));

    /// <summary>Whether there is anything to run: using directives alone are not.</summary>
    public static bool HasCode(CSharpCompilation compilation) =>
        compilation.SyntaxTrees.Any(tree => ((CompilationUnitSyntax)tree.GetRoot()).Members.Count > 0);
}
