using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Interp.Bench;

/// <summary>A forward pass of GPT-2 small's shape on [1, 512] tokens to logits: plain, keeping the attention patterns, and keeping everything.</summary>
internal static class ForwardBench
{
    private const int Positions = 512;

    private static readonly Kind[] s_kinds = [new("plain", null), new("patterns cached", ["*.hook_pattern"]), new("everything cached", ["*"])];

    /// <summary>Measures in rounds, the three kinds, the peak and a peer's program (where one is given) in turns.</summary>
    /// <param name="threadCounts">The thread counts to measure with.</param>
    /// <param name="rounds">The number of rounds; the best and the median are printed.</param>
    /// <param name="json">JSON lines instead of text.</param>
    /// <param name="clock">What time is measured by.</param>
    /// <param name="peer">A shell command that does the plain forward pass and prints "N s"; it runs once a round.</param>
    public static void Run(IEnumerable<int> threadCounts, int rounds, bool json, Clock clock, string? peer = null)
    {
        HookedTransformer model = new(Gpt2Small.Config, seed: 0);
        Tokens tokens = Gpt2Small.Tokens(Positions);

        // The peak of a process only rises, so it is read after the first runs of each kind, from the least demanding to the most.
        double[] peakMegabytes = new double[s_kinds.Length];
        for (int k = 0; k < s_kinds.Length; k++)
        {
            for (int i = 0; i < 3; i++) Time(model, tokens, s_kinds[k], clock);
            using Process self = Process.GetCurrentProcess();
            peakMegabytes[k] = self.PeakWorkingSet64 / 1e6;
        }
        foreach (int threads in threadCounts)
        {
            Parallelism.Threads = threads;
            List<double>[] seconds = [.. s_kinds.Select(_ => new List<double>())];
            List<double> peaks = [], theirs = [];
            for (int round = 0; round < rounds; round++)
            {
                peaks.Add(PeakBench.Measure(threads));
                for (int k = 0; k < s_kinds.Length; k++) seconds[k].Add(Time(model, tokens, s_kinds[k], clock));
                if (peer is not null) theirs.Add(Peer.Measure(peer, "s"));
            }
            for (int k = 0; k < s_kinds.Length; k++) Print(threads, s_kinds[k].Name, seconds[k], seconds[0], peaks, peakMegabytes[k], theirs, json, clock);
        }
    }

    private static double Time(HookedTransformer model, Tokens tokens, Kind kind, Clock clock)
    {
        double start = clock.Seconds;
        using (TensorScope.Begin())
        {
            if (kind.Select is null) model.Run(tokens);
            else model.RunWithCache(tokens, kind.Select, memoryBudget: long.MaxValue);
        }
        return clock.Seconds - start;
    }

    private static void Print(int threads, string kind, List<double> seconds, List<double> plain, List<double> peaks, double megabytes, List<double> theirs, bool json, Clock clock)
    {
        double best = seconds.Min(), gflops = Gpt2Small.ForwardFlops(Positions) / best / 1e9;
        // Runs of one round saw about the same machine.
        double overPlain = Median([.. seconds.Zip(plain, (a, b) => a / b)]);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "forward",
                kind,
                threads,
                clock = clock.Name,
                seconds_best = Math.Round(best, 4),
                seconds_median = Math.Round(Median(seconds), 4),
                over_plain_best = Math.Round(best / plain.Min(), 3),
                over_plain_median = Math.Round(overPlain, 3),
                gflops_best = Math.Round(gflops, 1),
                ratio_to_peak = Math.Round(gflops / peaks.Max(), 3),
                peak_megabytes = Math.Round(megabytes),
                peer_best = theirs.Count == 0 ? (double?)null : theirs.Min(),
                ratio_to_peer = theirs.Count == 0 ? (double?)null : Math.Round(theirs.Min() / best, 2),
            }));
            return;
        }
        string peer = theirs.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  peer best {theirs.Min():f3} s, {theirs.Min() / best:f2} × ours");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{threads} thread{(threads == 1 ? " " : "s")} {kind,-17} best {best:f3} s{clock.Remark}  median {Median(seconds):f3} s  {best / plain.Min():f3} × plain (rounds' median {overPlain:f3})  {gflops:f0} GFLOP/s ({gflops / peaks.Max():p0} of the FMA peak)  peak memory {megabytes:n0} MB{peer}"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <param name="Name">What is printed.</param>
    /// <param name="Select">The activations to keep; null runs without a cache.</param>
    private sealed record Kind(string Name, string[]? Select);
}
