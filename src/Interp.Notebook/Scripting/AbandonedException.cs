namespace Interp.Notebook.Scripting;

/// <summary>A cell awaits something that does not end when interrupted, and was left alone with it.</summary>
internal sealed class AbandonedException() : Exception("the cell awaits something that does not end when interrupted. That goes on in the background; the notebook goes on without it.");
