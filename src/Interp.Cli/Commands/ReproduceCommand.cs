using System.CommandLine;
using System.Globalization;
using Interp.Reproduce;

namespace Interp.Cli.Commands;

/// <summary><c>interp reproduce</c>: the main job.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        Option<bool> quick = new("--quick") { Description = "A look in about a minute: a smaller language and fewer steps, too few for the model with MLPs to change." };
        Option<DirectoryInfo> output = new("--out") { Description = "The folder to write; a stopped reproduction there goes on.", HelpName = "DIR", DefaultValueFactory = _ => new DirectoryInfo("reproduction") };
        Option<ulong> seed = SharedOptions.Seed();
        Option<bool> json = SharedOptions.Json();
        Command command = new("reproduce", "Train a series of small transformers, watch induction heads form, prove by ablation what they do, and write a page of figures.") { quick, output, seed, json };
        command.SetAction((parsed, cancel) => Task.FromResult(
            Run(parsed.GetRequiredValue(output).FullName, parsed.GetValue(seed), parsed.GetValue(quick), parsed.GetValue(json), cancel)));
        return command;
    }

    private static int Run(string folder, ulong seed, bool quick, bool json, CancellationToken cancel)
    {
        ReproductionResults results;
        using (ProgressLine line = new())
        {
            try
            {
                results = Reproduction.Run(folder, seed, quick, p => Show(line, p), cancel);
            }
            catch (OperationCanceledException)
            {
                line.Keep("Stopped; the same command goes on from here.");
                throw;
            }
        }
        string page = Report.Write(folder, results);
        if (json)
        {
            Console.Out.WriteLine(results.ToJson());
        }
        else
        {
            foreach (Statement s in results.Statements)
                Console.Out.WriteLine($"{(s.Holds ? "holds " : "FAILS ")} {s.Subject}: {s.Expected}\n       measured: {s.Measured}");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

                {results.Statements.Count(s => s.Holds)} of {results.Statements.Count} statements hold (seed {seed}, {ProgressLine.Duration(TimeSpan.FromSeconds(results.Seconds))})
                page     {page}
                results  {Path.Combine(folder, "results.json")}
                """));
        }
        return CommandRunner.Done;
    }

    private static void Show(ProgressLine line, ReproductionProgress p)
    {
        TrainingProgress t = p.Training;
        if (t.Snapshot is { } s && s.Step == t.Steps)
            line.Keep(string.Create(CultureInfo.InvariantCulture, $"{p.Model,-16} loss {s.Loss:F3}  in-context score {s.InContextScore,6:F2}  best prefix matching {s.Heads.Max(h => h.PrefixMatching):F2}"));
        line.Report(string.Create(CultureInfo.InvariantCulture, $"{p.Model,-16} step {t.Step.Step}/{t.Steps}  loss {t.Step.Loss:F3}"), p.FractionDone, p.TimeLeft);
    }
}
