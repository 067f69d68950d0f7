namespace Interp.Notebook.Execution;

/// <summary>How a cell ended: its last value, or its error; neither where it ended with a statement.</summary>
/// <param name="Value">The last expression's value as it is shown; null where there is none.</param>
/// <param name="Error">What went wrong; null where nothing did.</param>
internal sealed record CellResult(MimeBundle? Value, CellError? Error);
