using System.Globalization;

namespace Interp.Cli;

/// <summary>Trains a run with live progress and says at the end what came of it.</summary>
internal static class TrainingSession
{
    public static int Train(TrainingRun run, bool json, CancellationToken cancel)
    {
        using (ProgressLine line = new())
        {
            try
            {
                run.Train(p => Show(line, p), cancel);
            }
            catch (OperationCanceledException)
            {
                line.Keep($"Stopped after a checkpoint. 'interp resume {run.Folder}' goes on from it.");
                throw;
            }
        }
        Snapshot last = run.Snapshots()[^1];
        PhaseChange? change = run.PhaseChange();
        HeadSnapshot best = last.Heads.MaxBy(h => h.PrefixMatching)!;
        string page = TrainingReport.Write(run);
        if (json)
        {
            Terminal.WriteJson(new
            {
                run.Folder,
                last.Step,
                last.Tokens,
                last.Loss,
                last.InContextScore,
                PhaseChange = change,
                BestHead = best,
                Report = page,
            });
            return CommandRunner.Done;
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            loss              {last.Loss:F3} nats after {last.Tokens:N0} tokens
            in-context score  {last.InContextScore:F3} nats
            phase change      {(change is null ? "none" : $"{change.StartTokens:N0} to {change.EndTokens:N0} tokens")}
            best prefix match {best.PrefixMatching:F3}, layer {best.Layer} head {best.Head} (copying {best.Copying:F2})
            run               {run.Folder}
            figures           {page}
            """));
        return CommandRunner.Done;
    }

    private static void Show(ProgressLine line, TrainingProgress p)
    {
        if (p.Snapshot is { } s)
            line.Keep(string.Create(CultureInfo.InvariantCulture, $"step {s.Step,6}  {s.Tokens,12:N0} tokens  loss {s.Loss:F3}  in-context {s.InContextScore,6:F3}  best prefix match {s.Heads.Max(h => h.PrefixMatching):F2}"));
        line.Report(
            string.Create(CultureInfo.InvariantCulture, $"step {p.Step.Step}/{p.Steps}  loss {p.Step.Loss:F3}  {p.TokensPerSecond:N0} tokens/s"),
            (double)p.Step.Step / p.Steps,
            p.TimeLeft);
    }
}
