using Microsoft.Data.Sqlite;

namespace Interp.Sweeps;

/// <summary>Rows in a SQLite table <c>sweep</c>, a transaction a batch.</summary>
internal sealed class SqliteSweepStore : ISweepStore
{
    private readonly SqliteConnection _connection;

    public SqliteSweepStore(string path, string fingerprint)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Execute("""
                CREATE TABLE IF NOT EXISTS sweep_plan (fingerprint TEXT PRIMARY KEY) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS sweep (
                    checkpoint TEXT NOT NULL, prompt TEXT NOT NULL, layer INTEGER NOT NULL, head INTEGER NOT NULL, position INTEGER NOT NULL,
                    metric TEXT NOT NULL, value REAL NOT NULL, clean REAL NOT NULL, weights TEXT NOT NULL,
                    PRIMARY KEY (checkpoint, prompt, layer, head, position, metric)) WITHOUT ROWID;
                """);
            using SqliteCommand read = Command("SELECT fingerprint FROM sweep_plan");
            string? stored = (string?)read.ExecuteScalar();
            if (stored is not null && stored != fingerprint) throw ISweepStore.Other(path);
            Execute("INSERT OR IGNORE INTO sweep_plan VALUES ($fingerprint)", ("$fingerprint", fingerprint));
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public IEnumerable<StoredRow> Load()
    {
        List<StoredRow> rows = [];
        using SqliteCommand command = Command("SELECT checkpoint, prompt, layer, head, position, metric, value, clean, weights FROM sweep");
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            SweepRow row = new(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetString(5), reader.GetDouble(6), reader.GetDouble(7));
            rows.Add(new(row, reader.GetString(8)));
        }
        return rows;
    }

    public void Append(IEnumerable<SweepRow> rows, string weights)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        foreach (SweepRow row in rows)
        {
            Execute("INSERT INTO sweep VALUES ($checkpoint, $prompt, $layer, $head, $position, $metric, $value, $clean, $weights)",
                ("$checkpoint", row.Checkpoint), ("$prompt", row.Prompt), ("$layer", row.Layer), ("$head", row.Head),
                ("$position", row.Position), ("$metric", row.Metric), ("$value", row.Value), ("$clean", row.Clean), ("$weights", weights));
        }
        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private void Execute(string text, params (string Name, object Value)[] parameters)
    {
        using SqliteCommand command = Command(text);
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
