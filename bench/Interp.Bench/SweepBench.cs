using System.Globalization;
using System.Text.Json;

namespace Interp.Bench;

/// <summary>Zero ablation of each of GPT-2 small's 144 heads on [1, 256] tokens against as many full forward passes, a layer of one and a layer of the other in turns.</summary>
internal static class SweepBench
{
    private const int Positions = 256;

    /// <summary>Measures a sweep of a metric of every position (the loss) and one of a metric that reads 8 positions.</summary>
    /// <param name="threadCounts">The thread counts to measure with.</param>
    /// <param name="rounds">The number of whole sweeps; the best and the median are printed.</param>
    /// <param name="json">JSON lines instead of text.</param>
    /// <param name="clock">What time is measured by.</param>
    /// <param name="every">Runs a forward pass at every so many heads only, and counts it as so many: a shorter look.</param>
    public static void Run(IEnumerable<int> threadCounts, int rounds, bool json, Clock clock, int every)
    {
        HookedTransformer model = new(Gpt2Small.Config, seed: 0);
        Tokens tokens = Gpt2Small.Tokens(Positions);
        Metric eight = Metric.OfLogits("logit at 8 positions", logits => Ops.Mean(Ops.Slice(logits, 2, 17, 1)), [.. Enumerable.Range(-8, 8)]);
        foreach (int threads in threadCounts)
        {
            Parallelism.Threads = threads;
            Forward(model, tokens, clock);
            foreach (Metric metric in new[] { Metrics.Loss, eight })
            {
                List<(double Sweep, double Forwards)> seconds = [.. Enumerable.Range(0, rounds).Select(_ => Round(model, tokens, metric, clock, every))];
                Print(threads, metric.Name, seconds, json, clock);
            }
        }
    }

    /// <summary>One sweep, its clean run included, and 144 forward passes.</summary>
    private static (double Sweep, double Forwards) Round(HookedTransformer model, Tokens tokens, Metric metric, Clock clock, int every)
    {
        Sweep sweep = new() { Checkpoints = [new("random weights", () => model)], Prompts = [new("random tokens", tokens, metric)] };
        double inSweep = 0, inForwards = 0;
        using IEnumerator<SweepRow> rows = sweep.Run().GetEnumerator();
        for (int head = 0; head < Gpt2Small.Config.Layers * Gpt2Small.Config.Heads; head++)
        {
            double start = clock.Seconds;
            rows.MoveNext();
            inSweep += clock.Seconds - start;
            if (head % every == 0) inForwards += every * Forward(model, tokens, clock);
        }
        return (inSweep, inForwards);
    }

    private static double Forward(HookedTransformer model, Tokens tokens, Clock clock)
    {
        double start = clock.Seconds;
        using (TensorScope.Begin()) model.Run(tokens);
        return clock.Seconds - start;
    }

    private static void Print(int threads, string metric, List<(double Sweep, double Forwards)> seconds, bool json, Clock clock)
    {
        double sweep = seconds.Min(s => s.Sweep), forwards = seconds.Min(s => s.Forwards);
        double[] shares = [.. seconds.Select(s => s.Sweep / s.Forwards).Order()];
        double share = shares[shares.Length / 2];
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new { bench = "sweep", metric, threads, clock = clock.Name, seconds_best = Math.Round(sweep, 2), forwards_seconds_best = Math.Round(forwards, 2), share_of_forwards = Math.Round(share, 3) })
            : string.Create(CultureInfo.InvariantCulture,
                $"{threads} thread{(threads == 1 ? " " : "s")} {metric,-21} 144 heads best {sweep:f1} s{clock.Remark}, 144 forward passes {forwards:f1} s, share {share:p1} (rounds' median)"));
    }
}
