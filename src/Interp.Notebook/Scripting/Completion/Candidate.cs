using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>Something that may stand at a place, before it is compared with what was typed.</summary>
/// <param name="Name">What the typed letters are compared with.</param>
/// <param name="Text">What is inserted.</param>
/// <param name="Kind">What it is, in Jupyter's words.</param>
/// <param name="Symbol">What it means; null for words of the language.</param>
/// <param name="Distance">How near it is: the smaller, the earlier in the list.</param>
internal sealed record Candidate(string Name, string Text, string Kind, ISymbol? Symbol, int Distance)
{
    /// <summary>What can be said of it where it has no symbol.</summary>
    public string Remark { get; init; } = "";
}
