namespace Interp.Notebook.Execution;

/// <summary>What may replace the text [<paramref name="Start"/>, <paramref name="End"/>) of a cell.</summary>
internal sealed record Completions(int Start, int End, IReadOnlyList<Completion> Items);
