namespace Interp.Notebook.Scripting.Magics;

/// <summary>A line <c>#!name argument</c> of a cell.</summary>
/// <param name="Name">In lower case, without <c>#!</c>.</param>
/// <param name="Argument">The rest of the line.</param>
/// <param name="Line">Where it stands, from 1.</param>
internal sealed record MagicLine(string Name, string Argument, int Line);
