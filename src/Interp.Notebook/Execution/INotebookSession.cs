namespace Interp.Notebook.Execution;

/// <summary>A language session: cells run one after another on one state. Positions in code are UTF-16 indices.</summary>
internal interface INotebookSession : IAsyncDisposable
{
    /// <summary>Runs a cell. Never throws for what the cell does: its errors and its interruption are in the result.</summary>
    /// <param name="code">The cell's text, magics included.</param>
    /// <param name="name">The cell's name in stack traces, such as <c>Cell [3]</c>.</param>
    /// <param name="output">Where its outputs go.</param>
    /// <param name="interrupt">Requested when the user interrupts.</param>
    Task<CellResult> ExecuteAsync(string code, string name, ICellOutput output, CancellationToken interrupt);

    /// <summary>What may follow at a position.</summary>
    Task<Completions> CompleteAsync(string code, int position, CancellationToken cancellation);

    /// <summary>What is known of the symbol at a position (signature, documentation), or null.</summary>
    Task<MimeBundle?> InspectAsync(string code, int position, CancellationToken cancellation);

    /// <summary>Whether a text is a whole cell, the beginning of one, or wrong.</summary>
    Completeness IsComplete(string code);
}
