using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Interp.Store;

/// <summary>
/// A run's <c>metrics.db</c>: every update in <c>steps</c>, every measurement in <c>snapshots</c> and <c>heads</c>. Vectors are blobs of
/// little-endian float32. What is not committed when the process dies was never there.
/// </summary>
internal sealed class MetricsDatabase : IDisposable
{
    private const int SchemaVersion = 1;

    // "INTP": tells our databases from others (SQLite's application_id).
    private const int ApplicationId = 0x494E5450;

    private const string Schema = """
        CREATE TABLE steps (
            step INTEGER PRIMARY KEY, loss REAL NOT NULL, gradient_norm REAL NOT NULL, learning_rate REAL NOT NULL);
        CREATE TABLE snapshots (
            step INTEGER PRIMARY KEY, tokens INTEGER NOT NULL, loss REAL NOT NULL, in_context_score REAL NOT NULL, ablation_baseline REAL,
            loss_by_index BLOB NOT NULL, token_losses BLOB NOT NULL);
        CREATE TABLE heads (
            step INTEGER NOT NULL, layer INTEGER NOT NULL, head INTEGER NOT NULL,
            prefix_matching REAL NOT NULL, copying REAL NOT NULL, copying_signed REAL NOT NULL, previous_token REAL NOT NULL, duplicate_token REAL NOT NULL,
            first_token REAL NOT NULL, entropy REAL NOT NULL, qk_trace REAL NOT NULL,
            ablated_in_context_score REAL, ablated_token_losses BLOB NOT NULL,
            PRIMARY KEY (step, layer, head)) WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;

    private MetricsDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the database, making it where it is missing.</summary>
    /// <exception cref="TrainingRunException">The file is damaged, is no metrics database, or is of a newer version.</exception>
    public static MetricsDatabase Open(string path, bool readOnly)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
                Pooling = false,
            }.ToString());
            connection.Open();
            MetricsDatabase database = new(connection);
            // Write-ahead logging: readers may look while a run writes; a commit survives the death of the process.
            if (!readOnly) database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            database.Prepare(path, readOnly);
            return database;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            if (e is SqliteException) throw new TrainingRunException($"{path} cannot be used ({e.Message}). Restore it from a copy, or begin a new run in another folder.", e);
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Adds updates and measurements, all or nothing.</summary>
    public void Append(IReadOnlyList<TrainingStep> steps, IReadOnlyList<Snapshot> snapshots)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using (SqliteCommand insert = Command("INSERT INTO steps VALUES ($step, $loss, $norm, $rate)", transaction))
            foreach (TrainingStep step in steps)
                Insert(insert, ("$step", step.Step), ("$loss", step.Loss), ("$norm", step.GradientNorm), ("$rate", (double)step.LearningRate));
        foreach (Snapshot snapshot in snapshots) Insert(snapshot, transaction);
        transaction.Commit();
    }

    /// <summary>Forgets everything after <paramref name="step"/>: what a killed process wrote beyond its last checkpoint.</summary>
    public void Truncate(long step) =>
        Execute(FormattableString.Invariant($"""
            BEGIN; DELETE FROM steps WHERE step > {step}; DELETE FROM snapshots WHERE step > {step}; DELETE FROM heads WHERE step > {step}; COMMIT;
            """));

    /// <summary>All updates, in order.</summary>
    public IReadOnlyList<TrainingStep> Steps()
    {
        using SqliteCommand select = Command("SELECT step, loss, gradient_norm, learning_rate FROM steps ORDER BY step");
        using SqliteDataReader reader = select.ExecuteReader();
        List<TrainingStep> steps = [];
        while (reader.Read()) steps.Add(new TrainingStep(reader.GetInt64(0), reader.GetDouble(1), reader.GetDouble(2), (float)reader.GetDouble(3)));
        return steps;
    }

    /// <summary>All measurements, in order.</summary>
    public IReadOnlyList<Snapshot> Snapshots()
    {
        ILookup<long, HeadSnapshot> heads = Heads();
        using SqliteCommand select = Command(
            "SELECT step, tokens, loss, in_context_score, ablation_baseline, loss_by_index, token_losses FROM snapshots ORDER BY step");
        using SqliteDataReader reader = select.ExecuteReader();
        List<Snapshot> snapshots = [];
        while (reader.Read())
        {
            long step = reader.GetInt64(0);
            snapshots.Add(new Snapshot
            {
                Step = step,
                Tokens = reader.GetInt64(1),
                Loss = reader.GetDouble(2),
                InContextScore = reader.GetDouble(3),
                AblationBaseline = reader.IsDBNull(4) ? null : reader.GetDouble(4),
                LossByIndex = Vector(reader, 5),
                TokenLosses = Vector(reader, 6),
                Heads = [.. heads[step]],
            });
        }
        return snapshots;
    }

    private ILookup<long, HeadSnapshot> Heads()
    {
        using SqliteCommand select = Command("""
            SELECT step, layer, head, prefix_matching, copying, copying_signed, previous_token, duplicate_token, first_token, entropy,
                   qk_trace, ablated_in_context_score, ablated_token_losses
            FROM heads ORDER BY step, layer, head
            """);
        using SqliteDataReader reader = select.ExecuteReader();
        List<(long Step, HeadSnapshot Head)> heads = [];
        while (reader.Read())
        {
            heads.Add((reader.GetInt64(0), new HeadSnapshot
            {
                Layer = reader.GetInt32(1),
                Head = reader.GetInt32(2),
                PrefixMatching = reader.GetDouble(3),
                Copying = reader.GetDouble(4),
                CopyingSigned = reader.GetDouble(5),
                PreviousToken = reader.GetDouble(6),
                DuplicateToken = reader.GetDouble(7),
                FirstToken = reader.GetDouble(8),
                Entropy = reader.GetDouble(9),
                QkTrace = reader.GetDouble(10),
                AblatedInContextScore = reader.IsDBNull(11) ? null : reader.GetDouble(11),
                AblatedTokenLosses = Vector(reader, 12),
            }));
        }
        return heads.ToLookup(h => h.Step, h => h.Head);
    }

    private void Insert(Snapshot snapshot, SqliteTransaction transaction)
    {
        using (SqliteCommand insert = Command("INSERT INTO snapshots VALUES ($step, $tokens, $loss, $score, $baseline, $byIndex, $vector)", transaction))
        {
            Insert(
                insert, ("$step", snapshot.Step), ("$tokens", snapshot.Tokens), ("$loss", snapshot.Loss), ("$score", snapshot.InContextScore),
                ("$baseline", snapshot.AblationBaseline), ("$byIndex", Blob(snapshot.LossByIndex)), ("$vector", Blob(snapshot.TokenLosses)));
        }
        using SqliteCommand heads = Command(
            "INSERT INTO heads VALUES ($step, $layer, $head, $prefix, $copying, $signed, $previous, $duplicate, $first, $entropy, $trace, $score, $vector)", transaction);
        foreach (HeadSnapshot head in snapshot.Heads)
        {
            Insert(
                heads, ("$step", snapshot.Step), ("$layer", head.Layer), ("$head", head.Head), ("$prefix", head.PrefixMatching),
                ("$copying", head.Copying), ("$signed", head.CopyingSigned), ("$previous", head.PreviousToken), ("$duplicate", head.DuplicateToken), ("$first", head.FirstToken),
                ("$entropy", head.Entropy), ("$trace", head.QkTrace), ("$score", head.AblatedInContextScore), ("$vector", Blob(head.AblatedTokenLosses)));
        }
    }

    private void Prepare(string path, bool readOnly)
    {
        long application = Pragma("application_id"), version = Pragma("user_version"), objects = Scalar("SELECT count(*) FROM sqlite_master");
        if (application == 0 && version == 0 && objects == 0 && !readOnly)
            Execute(FormattableString.Invariant($"BEGIN; {Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion}; COMMIT;"));
        else if (application != ApplicationId)
            throw new TrainingRunException($"{path} is not a metrics database of this tool. Choose another folder, or restore the file.");
        else if (version != SchemaVersion)
            throw new TrainingRunException($"{path} has version {version}; this program reads version {SchemaVersion}. Use the program that wrote it.");
    }

    private long Pragma(string name) => Scalar("PRAGMA " + name);

    private long Scalar(string sql)
    {
        using SqliteCommand command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    // The statements are constants of this class and step numbers; values are bound as parameters.
    private SqliteCommand Command(string sql, SqliteTransaction? transaction = null)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return command;
    }

    private static void Insert(SqliteCommand command, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        command.Parameters.Clear();
        foreach ((string name, object? value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    private static byte[] Blob(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[] Vector(SqliteDataReader reader, int column) => MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(column)).ToArray();
}
