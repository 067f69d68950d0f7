using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Interp.Notebook.Server;

/// <summary>The inputs of this and earlier sessions in one SQLite file, which any number of kernels share.</summary>
/// <remarks>All work is done on a thread of its own, in order, so that a cell never waits for the disk.</remarks>
internal sealed class InputHistory : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly string? _path;
    private readonly Action<string> _log;
    private SqliteConnection? _connection;
    private long _session;

    /// <param name="path">The database, made where it is missing; null keeps the history in memory.</param>
    /// <param name="log">Gets a line where the file cannot be used and the history is kept in memory instead.</param>
    public InputHistory(string? path, Action<string> log)
    {
        (_path, _log) = (path, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "kernel history" };
        _thread.Start();
    }

    /// <summary>Where a user's history is kept.</summary>
    public static string DefaultPath =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "interp", "history.db");

    public void Add(int line, string source, string? output) =>
        _work.Add(() => Rows("INSERT INTO inputs (session, line, source, output) VALUES ($session, $line, $source, $output)", ("$session", _session), ("$line", line), ("$source", source), ("$output", output)));

    /// <summary>The last inputs of all sessions, oldest first.</summary>
    public List<HistoryEntry> Tail(int count) => Ask(() => Last("", count));

    /// <summary>Inputs of one session.</summary>
    /// <param name="session">Its number; 0 the current one, -1 the one before.</param>
    /// <param name="start">The first line.</param>
    /// <param name="stop">The line after the last.</param>
    public List<HistoryEntry> Range(long session, int start, int stop) => Ask(() => Rows(
        "SELECT session, line, source, output FROM inputs WHERE session = $session AND line >= $start AND line < $stop ORDER BY id",
        ("$session", session > 0 ? session : _session + session), ("$start", start), ("$stop", stop)));

    /// <summary>The last inputs that match a glob pattern (<c>*</c>, <c>?</c>, <c>[…]</c>), oldest first; <paramref name="unique"/> keeps each text's latest.</summary>
    public List<HistoryEntry> Search(string pattern, int count, bool unique) => Ask(() => Last(
        unique ? "WHERE id IN (SELECT max(id) FROM inputs WHERE source GLOB $pattern GROUP BY source)" : "WHERE source GLOB $pattern", count, ("$pattern", pattern)));

    /// <summary>Writes what waits, then closes the file.</summary>
    public void Dispose()
    {
        if (_work.IsAddingCompleted) return;
        _work.CompleteAdding();
        // A disk that does not answer must not keep the kernel from ending.
        if (_thread.Join(TimeSpan.FromSeconds(2))) _work.Dispose();
    }

    private List<HistoryEntry> Ask(Func<List<HistoryEntry>> question)
    {
        TaskCompletionSource<List<HistoryEntry>> answer = new();
        _work.Add(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (SqliteException e)
            {
                answer.SetException(e);
            }
        });
        return answer.Task.GetAwaiter().GetResult();
    }

    private void Run()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            try
            {
                // Opened by the first cell, not before the kernel answers.
                if (_connection is null) Open();
                work();
            }
            catch (SqliteException e)
            {
                _log($"history: {e.Message}");
            }
        }
        _connection?.Dispose();
    }

    private void Open()
    {
        try
        {
            if (_path is not null) Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            Open(_path ?? ":memory:");
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException && _path is not null)
        {
            _log($"the history is kept in memory only: {_path}: {e.Message}");
            Open(":memory:");
        }
    }

    private void Open(string source)
    {
        _connection?.Dispose();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Pooling = false }.ToString());
        _connection.Open();
        // A crash may lose the last inputs, never the file.
        Rows("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000");
        Rows("CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)");
        Rows("CREATE TABLE IF NOT EXISTS inputs (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, line INTEGER NOT NULL, source TEXT NOT NULL, output TEXT)");
        Rows("INSERT INTO sessions DEFAULT VALUES");
        using SqliteCommand last = _connection.CreateCommand();
        last.CommandText = "SELECT last_insert_rowid()";
        _session = (long)last.ExecuteScalar()!;
    }

    private List<HistoryEntry> Last(string where, int count, params (string, object?)[] values)
    {
        List<HistoryEntry> rows = Rows($"SELECT session, line, source, output FROM inputs {where} ORDER BY id DESC LIMIT $count", [.. values, ("$count", count)]);
        rows.Reverse();
        return rows;
    }

    private List<HistoryEntry> Rows(string sql, params (string Name, object? Value)[] values)
    {
        using SqliteCommand command = _connection!.CreateCommand();
#pragma warning disable CA2100 // Every statement is one of the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object? value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        using SqliteDataReader reader = command.ExecuteReader();
        List<HistoryEntry> rows = [];
        while (reader.FieldCount == 4 && reader.Read()) rows.Add(new HistoryEntry(reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        return rows;
    }
}
