namespace Interp.Notebook.Execution;

/// <summary>Whether a text is a whole cell.</summary>
/// <param name="Status"><c>complete</c>, <c>incomplete</c> or <c>invalid</c>.</param>
/// <param name="Indent">The white space with which to begin the next line of an incomplete cell.</param>
internal sealed record Completeness(string Status, string Indent);
