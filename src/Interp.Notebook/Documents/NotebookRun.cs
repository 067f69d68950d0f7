using System.Globalization;
using Interp.Notebook.Execution;
using Interp.Notebook.Scripting.Magics;

namespace Interp.Notebook.Documents;

/// <summary>Runs a notebook from its first cell to its last, with no client: outputs and numbers go into the document as a client would put them.</summary>
/// <remarks>
/// A cell that fails ends the run, unless it has the tag <c>raises-exception</c>. Cells tagged <c>skip-execution</c>, empty ones and those of
/// languages that this kernel lacks stay without outputs.
/// </remarks>
internal sealed class NotebookRun(INotebookSession session, NotebookDocument document)
{
    // How long an interrupted cell may take to end before what it has put out so far is taken. Shorter than the tool has after Ctrl-C.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private NotebookOutputs? _outputs;

    /// <summary>The longest that one cell may run; without end when null.</summary>
    public TimeSpan? CellTimeout { get; init; }

    /// <summary>Hears of each cell before it runs: its place among those that will run and their number, both from 1, and the cell.</summary>
    public Action<int, int, NotebookCell>? Starting { get; init; }

    /// <summary>Hears what the user should know, such as that a cell was skipped.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Hears the text of all outputs as they come.</summary>
    public Action<StreamName, string>? Echo { get; init; }

    /// <summary>How many cells ran.</summary>
    public int Executed { get; private set; }

    /// <summary>Runs the cells; the failure that ended the run, or null.</summary>
    /// <param name="cancellation">Stops the cell that runs and the run; the document then has what there was.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<NotebookFailure?> RunAsync(CancellationToken cancellation)
    {
        _outputs = new NotebookOutputs(Echo);
        foreach (NotebookCell cell in document.Cells.Where(c => c.Kind == CellKind.Code)) cell.Clear();
        (int Place, NotebookCell Cell)[] cells = [.. document.Cells.Index().Select(c => (c.Index + 1, c.Item)).Where(c => Runs(c.Item1, c.Item))];
        foreach ((int place, NotebookCell cell) in cells)
        {
            Starting?.Invoke(Executed + 1, cells.Length, cell);
            cell.ExecutionCount = ++Executed;
            CellResult result = await RunAsync(cell, cancellation).ConfigureAwait(false);
            _outputs.End(cell, result);
            cancellation.ThrowIfCancellationRequested();
            if (result.Error is { } error && !cell.Tags.Contains("raises-exception")) return new NotebookFailure(place, Executed, error);
        }
        return null;
    }

    /// <summary>Writes the document to a file as it is at this moment, also while a cell still puts out.</summary>
    public void Save(string path)
    {
        if (_outputs is null) document.Save(path);
        else _outputs.Settle(() => document.Save(path));
    }

    private bool Runs(int place, NotebookCell cell)
    {
        if (cell.Kind != CellKind.Code || string.IsNullOrWhiteSpace(cell.Source) || cell.Tags.Contains("skip-execution")) return false;
        if (MagicCell.Languages.Any(l => l.Name == cell.Language)) return true;
        Note?.Invoke($"Cell {place} is skipped: its language is {cell.Language}, and this kernel runs C#.");
        return false;
    }

    private async Task<CellResult> RunAsync(NotebookCell cell, CancellationToken cancellation)
    {
        string code = cell.Language == CellLanguage.CSharp ? cell.Source : $"#!{cell.Language}\n{cell.Source}";
        string name = string.Create(CultureInfo.InvariantCulture, $"Cell [{cell.ExecutionCount}]");
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<CellResult> running = session.ExecuteAsync(code, name, _outputs!.Start(cell), stop.Token);
        try
        {
            if (CellTimeout is { } most) return await running.WaitAsync(most, cancellation).ConfigureAwait(false);
            return await running.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(running, Task.Delay(s_grace, CancellationToken.None)).ConfigureAwait(false);
            CellError? interrupted = running.IsCompletedSuccessfully ? (await running.ConfigureAwait(false)).Error : null;
            if (e is not TimeoutException) return new CellResult(null, interrupted ?? Stopped("Interrupted", $"{name} was interrupted."));
            CellError late = Stopped("Timeout", string.Create(CultureInfo.InvariantCulture, $"{name} ran longer than {CellTimeout!.Value.TotalSeconds} s."));
            return new CellResult(null, late with { Traceback = [.. late.Traceback, .. interrupted?.Traceback.Skip(1) ?? []] });
        }
    }

    private static CellError Stopped(string name, string message) => new(name, message, [$"{name}: {message}"]);
}
