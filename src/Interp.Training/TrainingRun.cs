using System.Diagnostics;
using Interp.Data;
using Interp.Store;

namespace Interp;

/// <summary>
/// A training run in a folder: <c>run.json</c> (the config), <c>metrics.db</c> (every update and snapshot, SQLite),
/// <c>checkpoints/step-*.safetensors</c> (weights and optimiser state) and, for a corpus with its own encoding, <c>tokenizer.json</c>.
/// </summary>
/// <remarks>
/// Everything is written atomically and in an order that makes a checkpoint the last thing a step leaves behind: a process killed at any moment
/// and resumed ends with the same bits as one that was not. One process at a time may train in a folder; any number may read it meanwhile.
/// </remarks>
/// <example><code>
/// using var run = TrainingRun.Create("runs/two-layers", config);
/// run.Train(progress => Console.WriteLine(progress.Step.Loss));
/// PhaseChange? change = run.PhaseChange();
/// </code></example>
public sealed class TrainingRun : IDisposable
{
    private const string ManifestFile = "run.json";
    private const string LockFile = "run.lock";
    private const string MetricsFile = "metrics.db";
    private const string CheckpointFolder = "checkpoints";

    private readonly FileStream? _lock;

    private TrainingRun(string folder, TrainingConfig config, FileStream? runLock) => (Folder, Config, _lock) = (folder, config, runLock);

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>What is trained, and how.</summary>
    public TrainingConfig Config { get; }

    /// <summary>Begins a run in a new or empty folder.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="config">The run. A vocabulary of 0 in its model takes the data's.</param>
    /// <exception cref="TrainingRunException">The folder holds something else, a run, or a run that is being trained.</exception>
    public static TrainingRun Create(string folder, TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        folder = Path.GetFullPath(folder);
        if (File.Exists(Path.Combine(folder, ManifestFile)))
            throw new TrainingRunException($"{folder} already holds a training run. Resume it, or choose another folder.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(e => !IsOurs(e)) is { } foreign)
            throw new TrainingRunException($"{folder} is not empty (it holds {Path.GetFileName(foreign)}). Choose a new or empty folder for the run.");
        Directory.CreateDirectory(folder);
        FileStream runLock = Lock(folder);
        try
        {
            if (config.Model.Vocabulary == 0)
                config = config with { Model = config.Model with { Vocabulary = config.Data.Open(config.Seed, config.Model.Context, folder).Vocabulary } };
            RunManifest.For(config).Save(Path.Combine(folder, ManifestFile));
            return new TrainingRun(folder, config, runLock);
        }
        catch
        {
            runLock.Dispose();
            throw;
        }
    }

    /// <summary>Opens a run to go on with it: <see cref="Train"/> continues from the last checkpoint.</summary>
    /// <exception cref="TrainingRunException">The folder holds no run, a damaged one, or one that another process is training.</exception>
    public static TrainingRun Resume(string folder)
    {
        RunManifest manifest = Manifest(folder = Path.GetFullPath(folder));
        return new TrainingRun(folder, manifest.Config, Lock(folder));
    }

    /// <summary>Opens a run to look at, even while it is being trained.</summary>
    /// <exception cref="TrainingRunException">The folder holds no run, or a damaged one.</exception>
    public static TrainingRun Open(string folder) => new(folder = Path.GetFullPath(folder), Manifest(folder).Config, runLock: null);

    /// <summary>The steps that have a checkpoint, rising.</summary>
    public IReadOnlyList<long> Checkpoints() => [.. Checkpoint.Find(Path.Combine(Folder, CheckpointFolder)).Keys];

    /// <summary>Whether the run has made all its updates.</summary>
    public bool IsFinished => Checkpoints().Contains(Config.Steps);

    /// <summary>All updates so far.</summary>
    public IReadOnlyList<TrainingStep> Steps() => Read(metrics => metrics.Steps());

    /// <summary>All measurements so far.</summary>
    public IReadOnlyList<Snapshot> Snapshots() => Read(metrics => metrics.Snapshots());

    /// <summary>The phase change of the run so far; null where there is none.</summary>
    public PhaseChange? PhaseChange(PhaseChangeCriterion? criterion = null) => Interp.PhaseChange.Find(Snapshots(), criterion);

    /// <summary>The data the run is trained on.</summary>
    public ITokenSource OpenData() => Config.Data.Open(Config.Seed, Config.Model.Context, Folder);

    /// <summary>The model at a checkpoint.</summary>
    /// <param name="step">One of <see cref="Checkpoints"/>; null takes the last.</param>
    /// <exception cref="TrainingRunException">There is no such checkpoint.</exception>
    public HookedTransformer LoadModel(long? step = null)
    {
        SortedDictionary<long, string> checkpoints = Checkpoint.Find(Path.Combine(Folder, CheckpointFolder));
        if (checkpoints.Count == 0) throw new TrainingRunException($"{Folder} has no checkpoint yet.");
        if (!checkpoints.TryGetValue(step ?? checkpoints.Keys.Last(), out string? path))
            throw new TrainingRunException($"{Folder} has no checkpoint of step {step}; it has {string.Join(", ", checkpoints.Keys)}.");
        return Checkpoint.LoadModel(path, Config.Model);
    }

    /// <summary>Trains to the end, from the last checkpoint or the start.</summary>
    /// <param name="progress">Told after every update.</param>
    /// <param name="cancellation">Stops after the update at work, with a checkpoint there; so does <see cref="AmbientCancellation"/>.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite; the last checkpoint is kept.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; it can be resumed.</exception>
    public void Train(Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (_lock is null) throw new InvalidOperationException($"{Folder} was opened to read: open it with Resume to train.");
        string checkpoints = Path.Combine(Folder, CheckpointFolder);
        // Half-written files of a process that was killed; nobody else writes here while the lock is held.
        if (Directory.Exists(checkpoints))
            foreach (string half in Directory.EnumerateFiles(checkpoints, "*.tmp")) File.Delete(half);
        ITokenSource data = OpenData();
        (Trainer trainer, bool resumed) = Checkpoint.Find(checkpoints).LastOrDefault() is { Value: { } path } last
            ? (Checkpoint.Load(path, last.Key, Config, data), true)
            : (new Trainer(Config, data), false);
        using MetricsDatabase metrics = MetricsDatabase.Open(Path.Combine(Folder, MetricsFile), readOnly: false);
        metrics.Truncate(resumed ? trainer.Step : -1);
        if (trainer.Step >= Config.Steps) return;

        Recorder recorder = new(trainer, metrics, checkpoints, new SnapshotEvaluator(Config, data));
        if (!resumed) recorder.Record();
        using CancellationTokenSource stop = AmbientCancellation.LinkedTo(cancellation);
        Stopwatch clock = Stopwatch.StartNew();
        long first = trainer.Step;
        while (trainer.Step < Config.Steps)
        {
            if (stop.IsCancellationRequested)
            {
                recorder.Commit();
                stop.Token.ThrowIfCancellationRequested();
            }
            TrainingStep step;
            Snapshot? snapshot;
            // An update and its measurement are made whole: the checkpoint is of a step's end.
            using (AmbientCancellation.Use(CancellationToken.None))
            {
                step = trainer.Next();
                snapshot = recorder.Record(step);
            }
            double seconds = clock.Elapsed.TotalSeconds;
            progress?.Invoke(new TrainingProgress(
                step, Config.Steps, trainer.Tokens, snapshot, (step.Step - first) * Config.TokensPerStep() / seconds,
                TimeSpan.FromSeconds((Config.Steps - step.Step) * seconds / (step.Step - first))));
        }
    }

    /// <summary>Lets others train in the folder.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Whether two configs fix the same run.</summary>
    internal static bool SameConfig(TrainingConfig a, TrainingConfig b) => RunManifest.For(a).ToJson() == RunManifest.For(b).ToJson();

    private T Read<T>(Func<MetricsDatabase, T> read) where T : notnull
    {
        string path = Path.Combine(Folder, MetricsFile);
        if (!File.Exists(path)) throw new TrainingRunException($"{Folder} has no {MetricsFile} yet: nothing has been trained.");
        using MetricsDatabase metrics = MetricsDatabase.Open(path, readOnly: true);
        return read(metrics);
    }

    private static RunManifest Manifest(string folder)
    {
        string path = Path.Combine(folder, ManifestFile);
        return File.Exists(path)
            ? RunManifest.Load(path)
            : throw new TrainingRunException($"{folder} is not a training run: it has no {ManifestFile}.");
    }

    // What a process that died before run.json was written may have left.
    private static bool IsOurs(string entry) =>
        Path.GetFileName(entry) is LockFile or CorpusText.TokenizerFile || Path.GetExtension(entry) == ".tmp";

    private static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, LockFile);
        try
        {
            // The system drops the lock with the process, however that ends; the file stays.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new TrainingRunException($"{folder} is being trained by another process (it holds {LockFile}). Wait for it or stop it; reading is possible meanwhile.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TrainingRunException($"{folder} cannot be written to: {e.Message}", e);
        }
    }
}
