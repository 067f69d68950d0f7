namespace Interp.Notebook.Execution;

/// <summary>One completion.</summary>
/// <param name="Text">The text to insert.</param>
/// <param name="Kind">What it is, in Jupyter's words: <c>class</c>, <c>function</c>, <c>property</c>, <c>keyword</c>, <c>magic</c>, …</param>
/// <param name="Signature">The declaration in one line; empty where there is none.</param>
/// <param name="Documentation">The summary of its documentation; empty where there is none.</param>
internal sealed record Completion(string Text, string Kind, string Signature, string Documentation);
