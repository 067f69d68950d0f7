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

    [Theory]
    [InlineData("other.csv")]
    [InlineData("other.db")]
    public void Results_of_other_weights_are_refused(string file)
    {
        string path = Path.Combine(_folder, file);
        Sweep With(ulong seed) => new() { Checkpoints = [new("m", () => Small.Model(seed: seed))], Prompts = [new("p", Small.Tokens(1, 9), Metrics.Loss)] };
        SweepRow[] rows = [.. With(1).Run(path)];
        Assert.Equal(rows, With(1).Run(path));
        Assert.Contains("'m' with other weights", Assert.Throws<InvalidDataException>(() => With(2).Run(path).First()).Message);
    }

    [Fact]
    public void Results_of_another_answer_or_position_are_refused()
    {
        string path = Path.Combine(_folder, "answers.csv");
        HookedTransformer model = Small.Model();
        Sweep With(Metric metric) => new() { Checkpoints = [new("m", () => model)], Prompts = [new("p", Small.Tokens(1, 9), metric)] };
        _ = With(Metrics.LogitDifference([3], [4])).Run(path).Count();
        foreach (Metric other in new[] { Metrics.LogitDifference([3], [5]), Metrics.LogitDifference([3], [4], position: 2) })
            Assert.Throws<InvalidDataException>(() => With(other).Run(path).First());
    }

    public static TheoryData<string, PatchComponent, bool> Patches()
    {
        TheoryData<string, PatchComponent, bool> cases = [];
        foreach (PatchComponent component in Enum.GetValues<PatchComponent>())
        {
            cases.Add("sequential", component, false);
            if (component >= PatchComponent.HeadOutput) cases.Add("grouped", component, true);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Patches))]
    public void Patching_in_a_sweep_equals_activation_patching(string style, PatchComponent component, bool byPosition)
    {
        HookedTransformer model = style == "grouped" ? new(Small.Config(dMlp: 16) with { Heads = 4, DHead = 6, KeyValueHeads = 2, TiedEmbeddings = true }, 1) : Small.Style(style);
        Tokens clean = Small.Tokens(2, 6), corrupt = Small.Tokens(2, 6, seed: 8);
        Metric metric = Metrics.LogitDifference([3, 7], [4, 1]);
        Tensor expected = ActivationPatching.Run(model, clean, corrupt, metric, component, byPosition);
        Sweep sweep = new()
        {
            Checkpoints = [new("m", () => model)],
            Prompts = [new("p", corrupt, metric) { Reference = clean }],
            Patch = component,
            Positions = byPosition ? [0, 1, 2, 3, 4, 5] : null,
        };
        SweepRow[] rows = [.. sweep.Run()];
        Assert.Equal(expected.Length, rows.Length);
        foreach (SweepRow row in rows)
        {
            float one = row.Head < 0 ? expected[row.Layer, row.Position] : row.Position < 0 ? expected[row.Layer, row.Head] : expected[row.Layer, row.Position, row.Head];
            Assert.Equal(one, row.Value, Tolerance);
            Assert.Equal(metric.Of(model, corrupt), row.Clean, Tolerance);
        }
    }

    [Fact]
    public void Many_small_prompts_side_by_side_give_the_bits_that_one_thread_gives()
    {
        HookedTransformer model = Small.Model(dMlp: 32);
        Sweep sweep = new()
        {
            Checkpoints = [new("m", () => model)],
            Prompts = [.. Enumerable.Range(0, 40).Select(i => new SweepPrompt($"{i}", Small.Tokens(1, 5 + (i % 7), seed: (ulong)i), Metrics.Loss, Metrics.Probability([3])))],
        };
        int threads = Parallelism.Threads;
        try
        {
            Parallelism.Threads = 4;
            SweepRow[] rows = [.. sweep.Run()];
            Parallelism.Threads = 1;
            Assert.Equal(sweep.Run(), rows);
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    [Fact]
    public void Metrics_of_a_few_positions_of_the_last_layer_equal_the_naive_way()
    {
        foreach (string style in new[] { "attention-only", "sequential", "parallel" })
        {
            HookedTransformer model = Small.Style(style);
            Tokens tokens = Small.Tokens(2, 9);
            Metric few = Metric.OfLogits("few", logits => Ops.Mean(Ops.Sum(logits * logits, -1), -1), 5, -1, 2), one = Metrics.LogitDifference([3, 7], [4, 1], position: 4);
            foreach (SweepRow row in new Sweep { Checkpoints = [new("m", () => model)], Prompts = [new("p", tokens, few, one)] }.Run())
                Assert.Equal((row.Metric == "few" ? few : one).Of(model, tokens, Ablation.Hooks(model, tokens, [(row.Layer, row.Head)])), row.Value, Tolerance * Math.Max(1, Math.Abs(row.Value)));
        }
    }

    [Fact]
    public void What_a_sweep_cannot_patch_is_an_error()
    {
        HookedTransformer model = new(Small.Config() with { Heads = 4, DHead = 6, KeyValueHeads = 2 }, 1);
        Tokens tokens = Small.Tokens(1, 5);
        Sweep With(PatchComponent component, AblationKind kind = AblationKind.Zero, HeadId[]? heads = null, Tokens? reference = null) =>
            new() { Checkpoints = [new("m", () => model)], Prompts = [new("p", tokens, Metrics.Loss) { Reference = reference }], Patch = component, Kind = kind, Heads = heads };
        Assert.Contains("[1, 5]", Assert.Throws<ArgumentException>(() => With(PatchComponent.ResidPre).Run()).Message);
        Assert.Contains("not both", Assert.Throws<ArgumentException>(() => With(PatchComponent.ResidPre, AblationKind.Mean, reference: tokens).Run()).Message);
        Assert.Contains("Heads", Assert.Throws<ArgumentException>(() => With(PatchComponent.ResidPre, heads: [(0, 0)], reference: tokens).Run()).Message);
        Assert.Contains("2 key-value heads", Assert.Throws<ArgumentException>(() => With(PatchComponent.HeadKey, heads: [(0, 3)], reference: tokens).Run().First()).Message);
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
