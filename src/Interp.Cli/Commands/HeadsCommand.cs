using System.CommandLine;
using System.Globalization;

namespace Interp.Cli.Commands;

/// <summary><c>interp heads</c>: all head scores, kinds named.</summary>
internal static class HeadsCommand
{
    public static Command Create(IScoreDevices? devices)
    {
        Option<int> sequences = new("--sequences") { Description = "Random sequences to average over.", HelpName = "N", DefaultValueFactory = _ => 10 };
        Option<ulong> seed = SharedOptions.Seed();
        Option<bool> json = SharedOptions.Json();
        Option<FileInfo?> html = SharedOptions.Html("copying against prefix matching");
        Command command = new("heads", "Score every attention head on random repeated tokens and name what it does.") { sequences, seed, json, html };
        Option<string>? device = devices is null ? null : new Option<string>("--device") { Description = "Where the scores are computed; the CPU's SIMD units where absent." }.AcceptOnlyFromAmong([.. devices.Names]);
        if (device is not null) command.Add(device);
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(sequences) < 1) throw new UsageException("--sequences takes a whole number from 1.");
            ModelFile file = model.Open(parsed);
            IScoreRunner runner = device is not null && parsed.GetValue(device) is { } name ? devices!.Open(name) : SimdScoreRunner.Instance;
            using IDisposable? opened = runner as IDisposable;
            HeadScoreOptions options = new() { Sequences = parsed.GetValue(sequences), Seed = parsed.GetValue(seed), Runner = runner };
            HeadScores scores = HeadScores.Measure(file.Model, options, cancel);
            foreach (string note in scores.Notes) Terminal.Note(note);
            if (parsed.GetValue(html) is { } page)
                Plot.CopyingAgainstPrefix([.. scores.Select(s => new HeadPoint(s.Layer, s.Head, s.PrefixMatching, s.CopyingSigned, HeadKinds.Of(s.Kind), Layers: file.Model.Config.Layers))]).Save(page.FullName);
            if (parsed.GetValue(json))
                Terminal.WriteJson(new { Model = file.Path, Heads = scores.ToArray(), scores.Notes });
            else
                Print(scores);
            return Task.FromResult(CommandRunner.Done);
        });
        return command;
    }

    private static void Print(HeadScores scores)
    {
        Console.Out.WriteLine("head   kind                         prefix  varied  copying  previous  duplicate  first  entropy");
        foreach (HeadScore s in scores.OrderByDescending(s => s.Kind != HeadKind.Other).ThenBy(s => s.Kind).ThenByDescending(s => s.PrefixMatchingVaried))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{$"{s.Layer}.{s.Head}",-6} {Terminal.KebabCase(s.Kind),-27} {s.PrefixMatching,7:F3} {s.PrefixMatchingVaried,7:F3} {s.CopyingSigned,8:F3} {s.PreviousToken,9:F3} {s.DuplicateToken,10:F3} {s.FirstToken,6:F3} {s.Entropy,8:F3}"));
    }
}
