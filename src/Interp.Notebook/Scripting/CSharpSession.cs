using System.Reflection;
using Interp.Notebook.Execution;
using Interp.Notebook.Scripting.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Interp.Notebook.Scripting;

/// <summary>C# cells, compiled by Roslyn as submissions on one state.</summary>
internal sealed partial class CSharpSession : INotebookSession
{
    private readonly CellAssemblies _assemblies = new();
    private readonly Dictionary<string, PackageFiles> _packages = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Submissions _submissions;
    private object?[] _state = new object?[16];
    private int _stateCount = 1;
    private int _cells;

    public CSharpSession(IPackageRestore? packages = null)
    {
        Packages = packages;
        _submissions = new Submissions(null, [], new DirectiveResolver(reference => _packages.GetValueOrDefault(reference)?.References));
    }

    /// <summary>Restores what <c>#r "nuget: …"</c> names; null where packages cannot be had.</summary>
    internal IPackageRestore? Packages { get; }

    /// <summary>What the next cell is compiled against.</summary>
    internal Submissions Submissions => _submissions;

    public async Task<CellResult> ExecuteAsync(string code, string name, ICellOutput output, CancellationToken interrupt)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            SyntaxTree tree = CSharpSyntaxTree.ParseText(code, Submissions.ParseOptions, name, System.Text.Encoding.UTF8, CancellationToken.None);
            CSharpCompilation compilation = _submissions.Next(tree, ++_cells);
            if (!Submissions.HasCode(compilation))
            {
                Diagnostic[] wrong = [.. compilation.GetDiagnostics(CancellationToken.None).Where(d => d.Severity == DiagnosticSeverity.Error)];
                if (wrong.Length > 0) return Failed(wrong);
                _submissions = _submissions with { Previous = compilation, Cells = _submissions.Cells.Add(code) };
                return new CellResult(null, null);
            }
            using MemoryStream assembly = new(), symbols = new();
            EmitResult emitted = compilation.Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: CancellationToken.None);
            if (!emitted.Success) return Failed([.. emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)]);
            assembly.Position = symbols.Position = 0;
            Assembly loaded = _assemblies.LoadCell(assembly, symbols);
            IMethodSymbol entry = compilation.GetEntryPoint(CancellationToken.None)!;
            var run = loaded.GetType(entry.ContainingType.MetadataName)!.GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
                .CreateDelegate<Func<object?[], Task<object?>>>();
            _submissions = _submissions with { Previous = compilation, Cells = _submissions.Cells.Add(code) };
            if (_stateCount == _state.Length) Array.Resize(ref _state, 2 * _state.Length);
            _stateCount++;
            using CellConsole console = CellConsole.Open(output, interrupt);
            try
            {
                object? value = await Task.Run(() => run(_state), CancellationToken.None).ConfigureAwait(false);
                return new CellResult(value is null ? null : MimeBundle.PlainText(value.ToString() ?? ""), null);
            }
            catch (Exception e)
            {
                return new CellResult(null, new CellError(e.GetType().Name, e.Message, [$"{e.GetType().Name}: {e.Message}", e.StackTrace ?? ""]));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private static CellResult Failed(IReadOnlyList<Diagnostic> errors)
    {
        string[] lines = [.. errors.Select(e => e.ToString())];
        return new CellResult(null, new CellError("CompilationError", lines[0], lines));
    }
}
