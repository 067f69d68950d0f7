namespace Interp.Notebook.Server;

/// <summary>One past input.</summary>
/// <param name="Session">The session that ran it; sessions count up from 1.</param>
/// <param name="Line">Its execution count there.</param>
/// <param name="Source">The cell's text.</param>
/// <param name="Output">Its last value as plain text; null where it had none.</param>
internal sealed record HistoryEntry(long Session, int Line, string Source, string? Output);
