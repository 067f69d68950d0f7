using System.Diagnostics;
using System.Globalization;
using Interp.Notebook.Documents;
using Interp.Notebook.Execution;
using Interp.Notebook.Formatting;
using Interp.Notebook.Scripting.Completion;
using Interp.Notebook.Scripting.Magics;
using Interp.Notebook.Scripting.Packages;
using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting;

/// <summary>C# cells, compiled by Roslyn as submissions on one state.</summary>
internal sealed partial class CSharpSession : INotebookSession
{
    private readonly CellAssemblies _assemblies = new();
    private readonly CellSources _sources = new();
    private readonly CellState _state = new();
    private readonly FigureScripts _figures;
    private readonly PackageDirectives _packages;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Submissions _submissions;
    private int _compiled;

    /// <param name="packages">Restores what <c>#r "nuget: …"</c> names; with the SDK where absent.</param>
    /// <param name="runsOnce">Whether each cell runs once, from the first to the last: its notebook then keeps one copy of plotly.js instead of two.</param>
    public CSharpSession(IPackageRestore? packages = null, bool runsOnce = false)
    {
        _figures = new FigureScripts(runsOnce ? 1 : 2);
        Warmup.Begin();
        _packages = new PackageDirectives(packages ?? new NuGetRestore(), _assemblies);
        _submissions = new Submissions(null, [], new DirectiveResolver(_packages.Has));
    }

    /// <summary>What the next cell is compiled against.</summary>
    internal Submissions Submissions => _submissions;

    public async Task<CellResult> ExecuteAsync(string code, string name, ICellOutput output, CancellationToken interrupt)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        using CellConsole console = CellConsole.Open(output, interrupt, _figures.For(output.CellId ?? code));
        try
        {
            _sources.Add(name, code);
            // Off the caller's thread: compiling takes a while.
            return await Task.Run(() => RunAsync(MagicCell.Parse(code), name, console, interrupt), CancellationToken.None).ConfigureAwait(false);
        }
        catch (MagicException e)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"   {name}, line {e.Line}: {_sources.Line(name, e.Line - 1)?.Trim()}");
            return Failed(new CellError(MagicException.Name, e.Message, [$"{MagicException.Name}: {e.Message}", place]));
        }
        catch (Exception e) when (interrupt.IsCancellationRequested && Interruption.Caused(e))
        {
            return Failed(Interruption.Of(e, _sources));
        }
        catch (Exception e)
        {
            return Failed(RuntimeErrors.Of(e, _sources));
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

    private async Task<CellResult> RunAsync(MagicCell cell, string name, CellConsole console, CancellationToken interrupt)
    {
        IReadOnlyList<string> extensions = await _packages.RestoreAsync(cell, console, interrupt).ConfigureAwait(false);
        _submissions = _submissions with { Packages = [.. _packages.References.Select(CellReferences.Get)] };
        foreach (string extension in extensions)
            if (await ExtendAsync(extension, console, interrupt).ConfigureAwait(false) is { Error: not null } failed) return failed;
        long start = Stopwatch.GetTimestamp();
        CellResult result = new(null, null);
        foreach (CellPart part in cell.Parts)
        {
            // Only the last part's value is the cell's; those before it are shown as they come.
            if (result.Value is { } before) console.Display(before, id: null);
            result = part.Language == MagicCell.CSharp
                ? await RunAsync(part.Text, name, console, interrupt).ConfigureAwait(false)
                : new CellResult(Markup.Of(part), null);
            if (result.Error is not null) return result;
        }
        foreach (MagicLine magic in cell.Magics)
            console.Display(MagicAnswers.Of(magic.Name, _state, Stopwatch.GetElapsedTime(start)), id: null);
        return result;
    }

    /// <summary>Runs the C# of a notebook that a package brought.</summary>
    private async Task<CellResult> ExtendAsync(string path, CellConsole console, CancellationToken interrupt)
    {
        string name = Path.GetFileName(path);
        CellResult result = new(null, null);
        foreach (NotebookCell part in NotebookDocument.Open(path).Cells.Where(c => c.Kind == CellKind.Code && c.Language == CellLanguage.CSharp))
        {
            // Magics there may be those of other kernels.
            string code = CellText.CSharp(part.Source);
            _sources.Add(name, code);
            result = await RunAsync(code, name, console, interrupt).ConfigureAwait(false);
            if (result.Error is not null) return result;
        }
        return result;
    }

    private async Task<CellResult> RunAsync(string code, string name, CellConsole console, CancellationToken interrupt)
    {
        CompiledCell cell = CompiledCell.Of(_submissions, code, name, Interlocked.Increment(ref _compiled));
        if (!cell.Errors.IsEmpty) return Failed(CompilationErrors.Of(cell.Errors, name, _sources));
        foreach (PortableExecutableReference reference in cell.Compilation.DirectiveReferences.OfType<PortableExecutableReference>())
            if (reference.FilePath is { } path && CellReferences.Find(Path.GetFileNameWithoutExtension(path)) != path) _assemblies.KnowWithNeighbours(path);
        Submissions after = _submissions with { Previous = cell.Compilation, Cells = _submissions.Cells.Add(code) };
        if (cell.Code is null)
        {
            _submissions = after;
            return new CellResult(null, null);
        }
        Func<object?[], Task<object?>> run = _assemblies.Load(cell);
        // From here on the cell counts: what it does before it fails stays.
        _submissions = after;
        object?[] slots = _state.WithSlot();
        MimeBundle? value = await CellThread.RunAsync(async () =>
        {
            object? last = await run(slots).ConfigureAwait(false);
            // What was displayed a moment ago is not shown again.
            return (last is null && !cell.HasValue()) || last is DisplayHandle ? null : Shown.Of(last, console.Figures.Next);
        }, name, console, interrupt).ConfigureAwait(false);
        return new CellResult(value, null);
    }

    private static CellResult Failed(CellError error) => new(null, error);
}
