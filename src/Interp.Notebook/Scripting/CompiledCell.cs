using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Interp.Notebook.Scripting;

/// <summary>A cell's compilation and what it emitted.</summary>
/// <param name="Compilation">The compilation, for the chain.</param>
/// <param name="Code">The assembly; null where there is nothing to run.</param>
/// <param name="Symbols">Its portable PDB.</param>
/// <param name="Errors">The compiler's errors; with any, nothing was emitted.</param>
internal sealed record CompiledCell(CSharpCompilation Compilation, MemoryStream? Code, MemoryStream? Symbols, ImmutableArray<Diagnostic> Errors)
{
    private static readonly EmitOptions s_emit = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    /// <summary>Compiles a cell with checkpoints; where they are in the way, without.</summary>
    /// <param name="before">The cells before it.</param>
    /// <param name="code">Its text.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="number">Distinguishes it from all others.</param>
    public static CompiledCell Of(Submissions before, string code, string name, int number)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code, Submissions.ParseOptions, name, System.Text.Encoding.UTF8, CancellationToken.None);
        ImmutableArray<Diagnostic> wrong = [.. tree.GetDiagnostics(CancellationToken.None).Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (wrong.Length > 0) return new CompiledCell(before.Next(tree, number), null, null, wrong);
        Lazy<CSharpCompilation> asTyped = new(() => before.Next(tree, number));
        SyntaxTree rewritten = CheckpointRewriter.Rewrite(tree, new(() => asTyped.Value.GetSemanticModel(tree)));
        bool loads = tree.GetCompilationUnitRoot(CancellationToken.None).GetLoadDirectives().Count > 0;
        CompiledCell cell = Emit(before.Next(rewritten, number, loads ? LoadedFiles.WithCheckpoints(asTyped.Value) : null));
        // Errors must show the columns that were typed.
        return cell.Errors.IsEmpty ? cell : Emit(asTyped.Value);
    }

    /// <summary>Whether the cell ends with an expression that has a value.</summary>
    public bool HasValue()
    {
        SyntaxTree tree = Compilation.SyntaxTrees[0];
        return ((CompilationUnitSyntax)tree.GetRoot()).Members.LastOrDefault() is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }
            && Compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is { SpecialType: not SpecialType.System_Void };
    }

    private static CompiledCell Emit(CSharpCompilation compilation)
    {
        if (!Submissions.HasCode(compilation)) return new CompiledCell(compilation, null, null, ErrorsOf(compilation.GetDiagnostics(CancellationToken.None)));
        MemoryStream code = new(), symbols = new();
        EmitResult result = compilation.Emit(code, symbols, options: s_emit, cancellationToken: CancellationToken.None);
        if (!result.Success) return new CompiledCell(compilation, null, null, ErrorsOf(result.Diagnostics));
        code.Position = symbols.Position = 0;
        return new CompiledCell(compilation, code, symbols, []);
    }

    private static ImmutableArray<Diagnostic> ErrorsOf(ImmutableArray<Diagnostic> all) => [.. all.Where(d => d.Severity == DiagnosticSeverity.Error)];
}
