namespace Interp.Notebook.Execution;

/// <summary>Where a running cell's outputs go and its input comes from: a Jupyter client, or a notebook being written to disk.</summary>
/// <remarks>Every member may be called from any thread, also after the cell that started the caller has ended.</remarks>
internal interface ICellOutput
{
    /// <summary>What tells the cell from the notebook's others, also when it runs again; null where the client does not say.</summary>
    string? CellId => null;

    /// <summary>Text for one of the two streams, whole or part of a line.</summary>
    void Write(StreamName stream, string text);

    /// <summary>Shows a value; with an id, later updates find it.</summary>
    void Display(MimeBundle bundle, string? displayId);

    /// <summary>Replaces what every display with this id shows.</summary>
    void UpdateDisplay(MimeBundle bundle, string displayId);

    /// <summary>Removes the cell's outputs so far, now or when the next one comes.</summary>
    void Clear(bool wait);

    /// <summary>Asks the user for a line and waits for it.</summary>
    /// <exception cref="InvalidOperationException">Nobody can answer here.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted while it waited.</exception>
    string ReadLine(string prompt, bool password, CancellationToken cancellation);
}
