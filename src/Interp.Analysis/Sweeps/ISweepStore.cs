namespace Interp.Sweeps;

/// <summary>Where a sweep's rows outlive the process.</summary>
internal interface ISweepStore : IDisposable
{
    /// <summary>All rows on disk.</summary>
    IEnumerable<StoredRow> Load();

    /// <summary>Adds rows; they are on disk when this returns.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="weights">The fingerprint of their checkpoint's weights.</param>
    void Append(IEnumerable<SweepRow> rows, string weights);

    /// <summary>Opens or makes a store by the ending of its name.</summary>
    /// <param name="path">Ends in .csv, .db or .sqlite.</param>
    /// <param name="fingerprint">Of the sweep; a store of another one is refused.</param>
    static ISweepStore Open(string path, string fingerprint) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => new CsvSweepStore(path, fingerprint),
        ".DB" or ".SQLITE" => new SqliteSweepStore(path, fingerprint),
        string other => throw new ArgumentException($"Results are kept in .csv, .db or .sqlite files, not '{other}' ({path}).", nameof(path)),
    };

    /// <summary>The error for a file of another sweep.</summary>
    static InvalidDataException Other(string path) =>
        new($"{path} holds the results of another sweep (other prompts, metrics or interventions): give another file, or delete it to start anew.");

    /// <summary>The error for rows that another model of the same name gave.</summary>
    static InvalidDataException OtherWeights(string path, string checkpoint) =>
        new($"{path} holds results of a checkpoint '{checkpoint}' with other weights: give the checkpoint another name, or another file.");
}
