using System.Diagnostics;

namespace Interp.Training.Tests;

public class KilledRunTests
{
    [Fact]
    public void A_process_killed_at_random_moments_and_resumed_ends_with_the_bits_of_an_uninterrupted_run()
    {
        using TemporaryFolder folder = new();
        TrainingConfig config = SmallRun.Config with { Steps = 600, CheckpointEvery = 3 };
        using (TrainingRun whole = TrainingRun.Create(folder["whole"], config)) whole.Train();
        TrainingRun.Create(folder["killed"], config).Dispose();

        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Rng random = new((ulong)seed);
        int killed = 0;
        for (int attempt = 0; attempt < 8; attempt++)
        {
            long before = LastCheckpoint(folder["killed"]);
            using Process child = Start(folder["killed"]);
            // Let it get somewhere, then a moment longer that may end anywhere in a step, a measurement or a write.
            while (!child.HasExited && LastCheckpoint(folder["killed"]) <= before) Thread.Sleep(1);
            Thread.Sleep(random.Next(20));
            if (!child.HasExited) killed++;
            child.Kill(entireProcessTree: true);
            child.WaitForExit();
        }
        Assert.True(killed >= 3, $"only {killed} of 8 processes were killed before they had finished");

        using (TrainingRun run = TrainingRun.Resume(folder["killed"])) run.Train();
        Assert.Equal(SmallRun.Content(folder["whole"]), SmallRun.Content(folder["killed"]));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder["killed"], "checkpoints"), "*.tmp"));
    }

    [Fact]
    public void A_second_process_is_told_that_the_folder_is_being_trained()
    {
        using TemporaryFolder folder = new();
        TrainingRun.Create(folder["run"], SmallRun.Config with { Steps = 100_000, CheckpointEvery = 10 }).Dispose();
        using Process child = Start(folder["run"]);
        try
        {
            while (!child.HasExited && LastCheckpoint(folder["run"]) < 0) Thread.Sleep(5);
            Assert.False(child.HasExited);
            TrainingRunException error = Assert.Throws<TrainingRunException>(() => TrainingRun.Resume(folder["run"]));
            Assert.Contains("is being trained by another process", error.Message, StringComparison.Ordinal);

            // Reading is possible meanwhile.
            using TrainingRun reader = TrainingRun.Open(folder["run"]);
            Assert.NotEmpty(reader.Snapshots());
            Assert.Throws<InvalidOperationException>(() => reader.Train());
        }
        finally
        {
            child.Kill(entireProcessTree: true);
            child.WaitForExit();
        }
    }

    private static long LastCheckpoint(string folder)
    {
        using TrainingRun run = TrainingRun.Open(folder);
        return run.Checkpoints() is [.., long last] ? last : -1;
    }

    private static Process Start(string folder) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(KilledRunTests).Assembly.Location, "train", folder]))!;
}
