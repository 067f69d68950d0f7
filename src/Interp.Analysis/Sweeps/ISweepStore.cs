namespace Interp.Sweeps;

/// <summary>Where a sweep's rows outlive the process.</summary>
internal interface ISweepStore : IDisposable
{
    /// <summary>All rows on disk.</summary>
    IEnumerable<SweepRow> Load();

    /// <summary>Adds rows; they are on disk when this returns.</summary>
    void Append(IEnumerable<SweepRow> rows);

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
        new($"{path} holds the results of another sweep (other prompts, metrics or kind of ablation): give another file, or delete it to start anew.");
}
