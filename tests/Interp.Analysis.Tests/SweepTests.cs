using Interp.Analysis.Tests.Support;

namespace Interp.Analysis.Tests;

public sealed class SweepTests : IDisposable
{
    // Two float32 ways through the same network.
    private const double Tolerance = 1e-5;

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("attention-only", AblationKind.Zero)]
    [InlineData("sequential", AblationKind.Zero)]
    [InlineData("parallel", AblationKind.Zero)]
    [InlineData("sequential", AblationKind.Mean)]
    [InlineData("parallel", AblationKind.Resample)]
    [InlineData("rms", AblationKind.PatternPreserving)]
    public void Results_equal_the_naive_way(string style, AblationKind kind)
    {
        HookedTransformer model = Small.Style(style);
        Tokens tokens = Small.Tokens(2, 12);
        Tokens? other = kind == AblationKind.Resample ? Tokens.FromRows(tokens.Row(1).ToArray(), tokens.Row(0).ToArray()) : null;
        Metric difference = Metrics.LogitDifference([3, 7], [4, 1]);
        SweepRow[] rows = [.. new Sweep { Checkpoints = [new("m", () => model)], Prompts = [new("p", tokens, Metrics.Loss, difference) { Reference = other }], Kind = kind }.Run()];
        Assert.Equal(model.Config.Layers * model.Config.Heads * 2, rows.Length);
        foreach (SweepRow row in rows)
        {
            Metric metric = row.Metric == "loss" ? Metrics.Loss : difference;
            Assert.Equal(metric.Of(model, tokens), row.Clean, Tolerance);
            Assert.Equal(metric.Of(model, tokens, Ablation.Hooks(model, tokens, [(row.Layer, row.Head)], kind, other)), row.Value, Tolerance);
        }
    }

    [Fact]
    public void One_position_at_a_time_equals_a_hook_on_that_position()
    {
        HookedTransformer model = Small.Style("sequential");
        Tokens tokens = Small.Tokens(2, 6);
        SweepRow[] rows = [.. new Sweep { Checkpoints = [new("m", () => model)], Prompts = [new("p", tokens, Metrics.Loss)], Heads = [(1, 2)], Positions = [0, 3, -2] }.Run()];
        Assert.Equal([0, 3, 4], rows.Select(row => row.Position));
        foreach (SweepRow row in rows)
        {
            Hooks hooks = new Hooks().Add("blocks.1.attn.hook_z", (z, _) =>
            {
                Tensor edited = z.Clone();
                for (int b = 0; b < 2; b++)
                    for (int e = 0; e < 8; e++) edited[b, row.Position, 2, e] = 0;
                return edited;
            });
            Assert.Equal(Metrics.Loss.Of(model, tokens, hooks), row.Value, Tolerance);
        }
    }

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.db")]
    public void A_stopped_sweep_goes_on_with_nothing_lost_or_repeated(string file)
    {
        string path = Path.Combine(_folder, file);
        SweepRow[] whole = [.. Example().Run()];
        int yielded = 0;
        // Stops in the middle of the second prompt, as a kill would: the enumeration is abandoned.
        foreach (SweepRow _ in Example().Run(path))
            if (++yielded == 14) break;
        List<SweepProgress> progress = [];
        SweepRow[] resumed = [.. Example().Run(path, new Recorder(progress))];
        Assert.Equal(whole, resumed);
        Assert.Equal(new SweepProgress(whole.Length, whole.Length), progress[^1]);
    }

    [Fact]
    public void A_line_torn_by_a_kill_is_measured_again()
    {
        string path = Path.Combine(_folder, "torn.csv");
        SweepRow[] whole = [.. Example().Run(path)];
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 5, 30, bytes.Length / 2, bytes.Length - 3 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Equal(whole, Example().Run(path));
            Assert.Equal(bytes.Length, new FileInfo(path).Length);
        }
    }

    [Theory]
    [InlineData("other.csv")]
    [InlineData("other.db")]
    public void Results_of_another_sweep_are_refused(string file)
    {
        string path = Path.Combine(_folder, file);
        _ = Example().Run(path).First();
        HookedTransformer model = Small.Model();
        Sweep other = new() { Checkpoints = [new("m", () => model)], Prompts = [new("p", Small.Tokens(1, 9), Metrics.Loss)] };
        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => other.Run(path).First()).Message);
    }

    [Fact]
    public void Cancelling_stops_between_batches()
    {
        using CancellationTokenSource source = new();
        int rows = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (SweepRow _ in Example().Run(cancellation: source.Token))
                if (++rows == 5) source.Cancel();
        });
        Assert.InRange(rows, 5, 20);
    }

    [Fact]
    public void Names_that_repeat_and_unknown_files_are_errors()
    {
        HookedTransformer model = Small.Model();
        Tokens tokens = Small.Tokens(1, 5);
        Assert.Contains("'p'", Assert.Throws<ArgumentException>(() => new Sweep { Checkpoints = [new("m", () => model)], Prompts = [new("p", tokens, Metrics.Loss), new("p", tokens, Metrics.Loss)] }.Run()).Message);
        Assert.Throws<ArgumentException>(() => Example().Run("rows.txt").First());
    }

    private static Sweep Example()
    {
        HookedTransformer model = Small.Model();
        return new()
        {
            Checkpoints = [new("early, \"quoted\"", () => model), new("late", () => model)],
            Prompts = [new("first", Small.Tokens(1, 9), Metrics.Loss), new("second", Small.Tokens(2, 7), Metrics.Loss)],
        };
    }

    private sealed class Recorder(List<SweepProgress> seen) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => seen.Add(value);
    }
}
