using Interp.Notebook.Execution;
using Interp.Notebook.Scripting;

namespace Interp.Notebook.Tests.Scripting;

/// <summary>A session that runs cells one after another, named Cell [1], Cell [2], …</summary>
internal sealed class Notebook : IAsyncDisposable
{
    private int _cells;

    public CSharpSession Session { get; init; } = new();

    public RecordedOutput Output { get; private set; } = new();

    /// <summary>Runs a cell; its outputs are in <see cref="Output"/>.</summary>
    public Task<CellResult> Run(string code, RecordedOutput? output = null, CancellationToken interrupt = default)
    {
        Output = output ?? new RecordedOutput();
        return Session.ExecuteAsync(code, $"Cell [{++_cells}]", Output, interrupt);
    }

    /// <summary>Runs a cell that must end well; its value as text, null where it has none.</summary>
    public async Task<string?> Value(string code)
    {
        CellResult result = await Run(code);
        Assert.True(result.Error is null, result.Error is null ? "" : string.Join('\n', result.Error.Traceback));
        return (string?)result.Value?.Data["text/plain"];
    }

    /// <summary>Runs a cell that must fail.</summary>
    public async Task<CellError> Error(string code)
    {
        CellResult result = await Run(code);
        Assert.NotNull(result.Error);
        return result.Error;
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
