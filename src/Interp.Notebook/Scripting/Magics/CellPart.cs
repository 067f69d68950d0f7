namespace Interp.Notebook.Scripting.Magics;

/// <summary>A stretch of a cell in one language.</summary>
/// <param name="Language"><see cref="MagicCell.CSharp"/> or a markup language that is shown as it is.</param>
/// <param name="Text">
/// The stretch. For C#, the whole cell with everything else blanked out: its lines and columns are those of the cell.
/// </param>
internal sealed record CellPart(string Language, string Text);
