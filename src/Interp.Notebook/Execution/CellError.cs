namespace Interp.Notebook.Execution;

/// <summary>What stopped a cell.</summary>
/// <param name="Name">The exception's type, such as <c>DivideByZeroException</c>; <c>CompilationError</c>; <c>Interrupted</c>.</param>
/// <param name="Message">One line or a few.</param>
/// <param name="Traceback">Lines to read, the first with name and message, then where in which cell: <c>Cell [3], line 2: x / 0</c>.</param>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback);
