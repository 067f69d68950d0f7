using System.Globalization;
using System.Text.Json;
using Interp.Data;

namespace Interp.Bench;

/// <summary>Whole training steps (batch, forward, backward, AdamW): tokens a second, the matrix products' share of the peak, and allocation.</summary>
internal static class TrainBench
{
    private static readonly Case[] s_cases =
    [
        new("b", Layers: 2, DModel: 256, Heads: 8, Context: 256, Batch: 16, Vocabulary: 4096),
        new("c", Layers: 2, DModel: 64, Heads: 4, Context: 96, Batch: 64, Vocabulary: 128),
    ];

    /// <summary>Measures in rounds, in turns with the peak and with a peer's program where one is given.</summary>
    /// <param name="threadCounts">The thread counts to measure with.</param>
    /// <param name="rounds">The number of rounds; the best and the median are printed.</param>
    /// <param name="json">JSON lines instead of text.</param>
    /// <param name="clock">What time is measured by.</param>
    /// <param name="only">b (bound by arithmetic) or c (bound by overhead); null measures both.</param>
    /// <param name="peer">A shell command that does the same work and prints "N tokens/s"; it runs once a round.</param>
    public static void Run(IEnumerable<int> threadCounts, int rounds, bool json, Clock clock, string? only = null, string? peer = null)
    {
        foreach (Case work in s_cases.Where(c => only is null || c.Name == only))
            foreach (int threads in threadCounts) Run(work, threads, rounds, json, clock, peer);
    }

    private static void Run(Case work, int threads, int rounds, bool json, Clock clock, string? peer)
    {
        Parallelism.Threads = threads;
        Trainer trainer = new(work.Config, new FixedRows(work));
        // The pool and the tiers of compiled code settle in the first steps.
        Steps(trainer, seconds: 1.5, clock);
        List<double> ours = [], peaks = [], theirs = [];
        double allocated = 0;
        for (int round = 0; round < rounds; round++)
        {
            peaks.Add(PeakBench.Measure(threads));
            long before = GC.GetTotalAllocatedBytes(precise: true), stepBefore = trainer.Step;
            ours.Add(Steps(trainer, seconds: 0.3, clock));
            allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(trainer.Step - stepBefore);
            if (peer is not null) theirs.Add(Peer.Measure(peer, "tokens/s"));
        }
        double best = ours.Max(), median = Median(ours), gflops = best * work.FlopsPerToken / 1e9;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "train",
                @case = work.Name,
                threads,
                clock = clock.Name,
                tokens_per_second_best = Math.Round(best),
                tokens_per_second_median = Math.Round(median),
                gflops_best = Math.Round(gflops, 1),
                ratio_to_peak = Math.Round(gflops / peaks.Max(), 3),
                bytes_allocated_per_step = Math.Round(allocated),
                peer_best = peer is null ? (double?)null : theirs.Max(),
                peer_median = peer is null ? (double?)null : Median(theirs),
                ratio_to_peer = peer is null ? (double?)null : Math.Round(best / theirs.Max(), 2),
            }));
            return;
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{work} {threads} thread{(threads == 1 ? " " : "s")} best {best,9:n0} tokens/s{clock.Remark}  median {median,9:n0}  {gflops,6:f1} GFLOP/s in matrix products ({gflops / peaks.Max():p0} of the FMA peak)  {allocated:n0} bytes allocated a step"));
        if (peer is not null)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  peer: best {theirs.Max(),9:n0} tokens/s  median {Median(theirs),9:n0}  ratio of bests {best / theirs.Max():f2}, of medians {median / Median(theirs):f2}"));
        }
    }

    private static double Steps(Trainer trainer, double seconds, Clock clock)
    {
        double start = clock.Seconds, elapsed;
        long first = trainer.Step;
        do
        {
            trainer.Next();
            elapsed = clock.Seconds - start;
        }
        while (elapsed < seconds);
        return (trainer.Step - first) * trainer.Config.TokensPerStep() / elapsed;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record Case(string Name, int Layers, int DModel, int Heads, int Context, int Batch, int Vocabulary)
    {
        public TrainingConfig Config => new()
        {
            Model = new TransformerConfig
            {
                Layers = Layers,
                DModel = DModel,
                Heads = Heads,
                DHead = DModel / Heads,
                Vocabulary = Vocabulary,
                Context = Context,
                QkvBias = false,
                AttentionOutputBias = false,
                UnembedBias = false,
            },
            Data = new RepeatedSegments { Vocabulary = Vocabulary },
            Steps = long.MaxValue,
            Batch = Batch,
            LearningRate = new LearningRateSchedule { Decay = LearningRateDecay.Constant },
        };

        /// <summary>Multiplications and additions of the matrix products, forward and (twice that) backward; attention counts the pairs under the diagonal.</summary>
        public double FlopsPerToken => 3 * 2.0 * ((Layers * ((4.0 * DModel * DModel) + (2.0 * DModel * (Context + 1) / 2))) + (DModel * (double)Vocabulary));

        public override string ToString() => $"({Name}) {Layers} layers, d {DModel}, {Heads} heads, context {Context}, batch {Batch}, vocabulary {Vocabulary}:";
    }

    /// <summary>The same random rows for every batch: the work is the model's.</summary>
    private sealed class FixedRows(Case work) : ITokenSource
    {
        private readonly Tokens _rows = new RepeatedSegments { Vocabulary = work.Vocabulary }.Open(1, work.Context).Batch(0, work.Batch);

        public int Vocabulary => work.Vocabulary;

        public int Context => work.Context;

        public void TrainingRow(long index, Span<int> row) => _rows.Row((int)(index % work.Batch)).CopyTo(row);

        public void EvaluationRow(long index, Span<int> row) => TrainingRow(index, row);
    }
}
