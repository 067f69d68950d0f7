using Interp.Data;

namespace Interp.Training.Tests;

public class TrainingRunTests
{
    [Fact]
    public void A_run_keeps_every_update_every_snapshot_and_its_checkpoints()
    {
        using TemporaryFolder folder = new();
        using TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config);
        run.Train();

        Assert.True(run.IsFinished);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), run.Steps().Select(s => s.Step));
        Assert.Equal([0, 10, 20, 30, 40], run.Snapshots().Select(s => s.Step));
        Assert.Equal([0, 5, 10, 15, 20, 25, 30, 35, 40], run.Checkpoints());
        Snapshot last = run.Snapshots()[^1];
        Assert.Equal(40 * 8 * 32, last.Tokens);
        Assert.Equal(4, last.Heads.Count);
        Assert.Equal(31, last.LossByIndex.Length);
        Assert.Equal(16, last.TokenLosses.Length);
        Assert.All(last.Heads, h => Assert.Equal(8, h.AblatedTokenLosses.Length));
        Assert.True(last.Loss < run.Snapshots()[0].Loss - 0.1, $"{run.Snapshots()[0].Loss} → {last.Loss}");
    }

    [Fact]
    public void A_trainer_in_memory_measures_the_same_snapshots()
    {
        using TemporaryFolder folder = new();
        using TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config);
        run.Train();
        Snapshot[] expected = [.. run.Snapshots()], actual = [.. new Trainer(SmallRun.Config).Snapshots()];
        Assert.Equal(expected.Select(s => (s.Step, s.Tokens, s.Loss, s.InContextScore)), actual.Select(s => (s.Step, s.Tokens, s.Loss, s.InContextScore)));
        Assert.Equal(expected[^1].Heads.Select(h => h.PrefixMatching), actual[^1].Heads.Select(h => h.PrefixMatching));
    }

    [Fact]
    public void The_config_comes_back_from_run_json_as_it_was()
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(folder["run"], SmallRun.Config).Dispose();
        using TrainingRun run = TrainingRun.Open(folder["run"]);
        Assert.True(TrainingRun.SameConfig(SmallRun.Config, run.Config));
        Assert.False(TrainingRun.SameConfig(SmallRun.Config with { Seed = 12 }, run.Config));
        Assert.Contains("\"kind\": \"entity-text\"", File.ReadAllText(Path.Combine(run.Folder, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Stopped_and_resumed_is_the_same_as_never_stopped()
    {
        using TemporaryFolder folder = new();
        using (TrainingRun whole = TrainingRun.Create(folder["whole"], SmallRun.Config)) whole.Train();
        using (TrainingRun run = TrainingRun.Create(folder["stopped"], SmallRun.Config))
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => run.Train(p => { if (p.Step.Step == 23) stop.Cancel(); }, stop.Token));
            Assert.Equal(23, run.Checkpoints()[^1]);
        }
        using (TrainingRun run = TrainingRun.Resume(folder["stopped"])) run.Train();
        Assert.Equal(SmallRun.Content(folder["whole"]), SmallRun.Content(folder["stopped"]));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(35)]
    [InlineData(0)]
    public void Metrics_beyond_the_last_checkpoint_are_forgotten_and_made_again(long lost)
    {
        // What a process leaves that dies after the metrics of a step and before its checkpoint.
        using TemporaryFolder folder = new();
        using (TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config)) run.Train();
        IReadOnlyList<string> before = SmallRun.Content(folder["run"]);
        string checkpoints = Path.Combine(folder["run"], "checkpoints");
        foreach (string file in Directory.GetFiles(checkpoints))
            if (string.CompareOrdinal(Path.GetFileName(file), $"step-{lost:D7}") >= 0) File.Delete(file);
        using (TrainingRun run = TrainingRun.Resume(folder["run"])) run.Train();
        Assert.Equal(before, SmallRun.Content(folder["run"]));
    }

    [Fact]
    public void An_ambient_cancellation_stops_after_the_update_at_work_with_a_checkpoint_there()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();
        using (TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config))
        using (AmbientCancellation.Use(source.Token))
        {
            Assert.Throws<OperationCanceledException>(() => run.Train(p => { if (p.Step.Step == 13) source.Cancel(); }));
            Assert.Equal(13, run.Checkpoints()[^1]);
        }
        using TrainingRun whole = TrainingRun.Create(folder["whole"], SmallRun.Config);
        whole.Train();
        using (TrainingRun run = TrainingRun.Resume(folder["run"])) run.Train();
        Assert.Equal(SmallRun.Content(folder["whole"]), SmallRun.Content(folder["run"]));
    }

    [Fact]
    public void A_finished_run_stays_as_it_is()
    {
        using TemporaryFolder folder = new();
        using (TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config)) run.Train();
        IReadOnlyList<string> before = SmallRun.Content(folder["run"]);
        using (TrainingRun run = TrainingRun.Resume(folder["run"])) run.Train(_ => Assert.Fail("no step is left"));
        Assert.Equal(before, SmallRun.Content(folder["run"]));
    }

    [Fact]
    public void Progress_tells_every_step_and_hands_over_the_snapshots()
    {
        using TemporaryFolder folder = new();
        using TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config);
        List<TrainingProgress> told = [];
        run.Train(told.Add);
        Assert.Equal(40, told.Count);
        Assert.Equal([10, 20, 30, 40], told.Where(p => p.Snapshot is not null).Select(p => p.Step.Step));
        Assert.Equal(TimeSpan.Zero, told[^1].TimeLeft);
        Assert.True(told[^1].TokensPerSecond > 0);
    }

    [Fact]
    public void The_model_of_a_checkpoint_is_the_model_as_it_was()
    {
        using TemporaryFolder folder = new();
        using TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config);
        run.Train();
        ITokenSource data = run.OpenData();
        SnapshotEvaluator evaluator = new(run.Config, data);
        Assert.Equal(run.Snapshots()[2].Loss, evaluator.Evaluate(run.LoadModel(20), 20).Loss);
        Assert.Equal(run.Snapshots()[^1].Loss, evaluator.Evaluate(run.LoadModel(), 40).Loss);
        Assert.Contains("no checkpoint of step 21", Assert.Throws<TrainingRunException>(() => run.LoadModel(21)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_a_run_or_something_else_is_refused_and_left_alone()
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(folder["run"], SmallRun.Config).Dispose();
        string manifest = File.ReadAllText(Path.Combine(folder["run"], "run.json"));
        Assert.Contains("already holds a training run", Error(() => TrainingRun.Create(folder["run"], SmallRun.Config with { Seed = 99 })), StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllText(Path.Combine(folder["run"], "run.json")));

        Directory.CreateDirectory(folder["thesis"]);
        File.WriteAllText(Path.Combine(folder["thesis"], "chapter1.txt"), "precious");
        Assert.Contains("it holds chapter1.txt", Error(() => TrainingRun.Create(folder["thesis"], SmallRun.Config)), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(folder["thesis"]));

        Assert.Contains("it has no run.json", Error(() => TrainingRun.Resume(folder["thesis"])), StringComparison.Ordinal);
        Assert.Contains("it has no run.json", Error(() => TrainingRun.Open(folder["nowhere"])), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["nowhere"]));
    }

    [Fact]
    public void What_died_before_it_was_a_run_does_not_stop_a_new_one()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(Path.Combine(folder["run"], "run.lock"), "");
        File.WriteAllText(Path.Combine(folder["run"], "run.json.123.abc.tmp"), "{ \"form");
        TrainingRun.Create(folder["run"], SmallRun.Config).Dispose();
        using TrainingRun run = TrainingRun.Open(folder["run"]);
        Assert.True(TrainingRun.SameConfig(SmallRun.Config, run.Config));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"format\": \"something else\", \"version\": 1, \"created_with\": \"\", \"config\": null}")]
    [InlineData("[1, 2]")]
    public void A_damaged_run_json_is_named(string content)
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(folder["run"], SmallRun.Config).Dispose();
        string manifest = Path.Combine(folder["run"], "run.json");
        File.WriteAllText(manifest, content);
        Assert.Contains(manifest, Error(() => TrainingRun.Open(folder["run"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_json_of_a_newer_version_is_refused()
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(folder["run"], SmallRun.Config).Dispose();
        string manifest = Path.Combine(folder["run"], "run.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        Assert.Contains("has version 2; this program reads version 1", Error(() => TrainingRun.Open(folder["run"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_or_foreign_database_is_named_and_left_alone()
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(folder["run"], SmallRun.Config).Dispose();
        string metrics = Path.Combine(folder["run"], "metrics.db");
        File.WriteAllText(metrics, new string('x', 5000));
        using (TrainingRun run = TrainingRun.Resume(folder["run"]))
        {
            string message = Error(() => run.Train());
            Assert.Contains(metrics, message, StringComparison.Ordinal);
            Assert.Contains("file is not a database", message, StringComparison.Ordinal);
        }
        Assert.Equal(new string('x', 5000), File.ReadAllText(metrics));
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_still_resumes()
    {
        using TemporaryFolder folder = new();
        using (TrainingRun run = TrainingRun.Create(folder["run"], SmallRun.Config)) run.Train();
        IReadOnlyList<string> before = SmallRun.Content(folder["run"]);
        string checkpoint = Path.Combine(folder["run"], "checkpoints", "step-0000040.safetensors");
        byte[] bytes = File.ReadAllBytes(checkpoint);
        File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 2)]);
        using (TrainingRun run = TrainingRun.Resume(folder["run"]))
        {
            string message = Error(() => run.Train());
            Assert.Contains(checkpoint, message, StringComparison.Ordinal);
            Assert.Contains("Move it out of the folder", message, StringComparison.Ordinal);
            File.Move(checkpoint, folder["damaged"]);
            run.Train();
        }
        Assert.Equal(before, SmallRun.Content(folder["run"]));
    }

    [Fact]
    public void Divergence_is_an_error_that_keeps_the_last_checkpoint()
    {
        using TemporaryFolder folder = new();
        TrainingConfig config = SmallRun.Config with
        {
            LearningRate = new LearningRateSchedule { Peak = 1e4f, WarmupSteps = 8 },
            Optimiser = new AdamWOptions { ClipNorm = 0 },
        };
        using TrainingRun run = TrainingRun.Create(folder["run"], config);
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => run.Train());
        Assert.Contains("Training diverged at step", error.Message, StringComparison.Ordinal);
        Assert.Contains("lower peak rate", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(run.Checkpoints());
        Assert.All(run.LoadModel().Parameters.Values, p => Assert.All(p.Span.ToArray(), x => Assert.True(float.IsFinite(x))));
    }

    [Fact]
    public void A_vocabulary_of_0_takes_the_datas_and_another_one_is_an_error()
    {
        using TemporaryFolder folder = new();
        TrainingConfig open = SmallRun.Config with { Model = SmallRun.Config.Model with { Vocabulary = 0 } };
        using (TrainingRun run = TrainingRun.Create(folder["run"], open)) Assert.Equal(32, run.Config.Model.Vocabulary);

        TrainingConfig wrong = SmallRun.Config with { Model = SmallRun.Config.Model with { Vocabulary = 33 } };
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Trainer(wrong, wrong.Data.Open(1, 32)));
        Assert.Contains("The data has 32 token ids, the model 33", error.Message, StringComparison.Ordinal);
    }

    private static string Error(Action action) => Assert.Throws<TrainingRunException>(action).Message;
}
