using Interp.Notebook.Execution;

namespace Interp.Notebook.Documents;

/// <summary>The cell that ended a run.</summary>
/// <param name="Cell">Its place in the notebook, from 1.</param>
/// <param name="ExecutionCount">Its number among those that ran, as in <c>Cell [3]</c>.</param>
/// <param name="Error">What went wrong.</param>
internal sealed record NotebookFailure(int Cell, int ExecutionCount, CellError Error);
