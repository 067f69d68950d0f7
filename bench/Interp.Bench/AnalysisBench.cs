using System.Globalization;
using System.Text.Json;

namespace Interp.Bench;

/// <summary>Whole analyses of a model of GPT-2 small's shape, in turns with a forward pass of the same tokens.</summary>
internal static class AnalysisBench
{
    /// <summary>The names of the analyses, as the command line has them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["heads", "attribution", "copying"];

    /// <summary>Measures one analysis.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="threadCounts">The thread counts to measure with.</param>
    /// <param name="rounds">The number of rounds; the best and the median are printed.</param>
    /// <param name="json">JSON lines instead of text.</param>
    /// <param name="clock">What time is measured by.</param>
    /// <param name="peer">A shell command that does the first case and prints "N s"; it runs once a round.</param>
    public static void Run(string name, IEnumerable<int> threadCounts, int rounds, bool json, Clock clock, string? peer)
    {
        HookedTransformer model = new(Gpt2Small.Config, seed: 0);
        (Tokens tokens, Case[] cases) = name switch
        {
            "heads" => Heads(model),
            "attribution" => Attribution(model),
            _ => Copying(model),
        };
        Case forward = new("a forward pass", () => model.Run(tokens));
        foreach (int threads in threadCounts)
        {
            Parallelism.Threads = threads;
            foreach (Case one in cases)
            {
                Time(one, clock);
                Time(forward, clock);
                List<double> seconds = [], forwards = [], theirs = [];
                for (int round = 0; round < rounds; round++)
                {
                    seconds.Add(Time(one, clock));
                    forwards.Add(Time(forward, clock));
                    if (peer is not null && one == cases[0]) theirs.Add(Peer.Measure(peer, "s"));
                }
                Print(name, threads, one.Name, seconds, forwards, theirs, json, clock);
            }
        }
    }

    /// <summary>The induction score of all 144 heads on [4, 101] tokens, 25 that come four times; and every score of every head, as <c>interp heads</c> gives them.</summary>
    private static (Tokens, Case[]) Heads(HookedTransformer model)
    {
        int[] period = Gpt2Small.Tokens(25).Ids.ToArray();
        Tokens tokens = Tokens.FromRows([.. Enumerable.Range(0, 4).Select(b => (int[])[50256, .. Enumerable.Range(0, 100).Select(i => (period[i % 25] + b) % 50256)])]);
        return (tokens,
        [
            new("induction score of all heads, [4, 101]", () =>
            {
                Hooks hooks = new Hooks().Observe("*.hook_pattern", (pattern, _) => PatternScores.PrefixMatching(pattern, tokens, 26));
                using var noGrad = Autograd.NoGrad();
                model.RunBlocks(model.Embed(tokens), 0, model.Config.Layers, hooks);
            }),
            new("every score of every head", () => HeadScores.Measure(model)),
        ]);
    }

    /// <summary>Attribution patching of all 144 heads on [1, 256] tokens: a clean pass, a corrupted one, and a backward pass.</summary>
    private static (Tokens, Case[]) Attribution(HookedTransformer model)
    {
        Tokens clean = Gpt2Small.Tokens(256), corrupt = Gpt2Small.Tokens(256, seed: 2);
        Metric metric = Metrics.LogitDifference([17], [42]);
        return (clean, [new("attribution patching of all heads, [1, 256]", () => AttributionPatching.Run(model, clean, corrupt, metric, PatchComponent.HeadOutput))]);
    }

    /// <summary>Copying scores of all heads over ten samples of 25 tokens; against the whole vocabulary, which streams 3,600 rows of 50,257 logits a sample, over one.</summary>
    private static (Tokens, Case[]) Copying(HookedTransformer model)
    {
        Tokens tokens = Gpt2Small.Tokens(25, batch: 10), one = Gpt2Small.Tokens(25);
        return (tokens,
        [
            new("copying scores, of the sample's tokens, [10, 25]", () => CopyingScores.Measure(model, tokens)),
            new("copying scores, of all 50,257 tokens, [1, 25]", () => CopyingScores.Measure(model, one, CopyingTotal.Vocabulary)),
            new("copying eigenvalues of all full OV circuits", () => Circuit.CopyingEigenvalueScores(model)),
        ]);
    }

    private static double Time(Case one, Clock clock)
    {
        double start = clock.Seconds;
        using (TensorScope.Begin()) one.Run();
        return clock.Seconds - start;
    }

    private static void Print(string bench, int threads, string what, List<double> seconds, List<double> forwards, List<double> theirs, bool json, Clock clock)
    {
        double best = seconds.Min(), over = best / forwards.Min();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench,
                what,
                threads,
                clock = clock.Name,
                seconds_best = Math.Round(best, 3),
                seconds_median = Math.Round(seconds.Order().ElementAt(seconds.Count / 2), 3),
                over_forward = Math.Round(over, 2),
                peer_best = theirs.Count == 0 ? (double?)null : theirs.Min(),
            }));
            return;
        }
        string peer = theirs.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  peer best {theirs.Min():f2} s, {theirs.Min() / best:f2} × ours");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{threads} thread{(threads == 1 ? " " : "s")} {what,-50} best {best:f2} s{clock.Remark}  median {seconds.Order().ElementAt(seconds.Count / 2):f2} s  {over:f2} × a forward pass of these tokens{peer}"));
    }

    /// <param name="Name">What is printed.</param>
    /// <param name="Run">What is timed.</param>
    private sealed record Case(string Name, Action Run);
}
