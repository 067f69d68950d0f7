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
        Option<FileInfo?> html = SharedOptions.Html("all scores, copying against prefix matching, and every head's attention");
        Command command = new("heads", "Score every attention head on random repeated tokens and name what it does.") { sequences, seed, json, html };
        Option<string> device = new("--device") { Description = "Where the scores are computed; the CPU's SIMD units where absent.", Hidden = devices is null };
        command.Add(devices is null ? device : device.AcceptOnlyFromAmong([.. devices.Names]));
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(sequences) < 1) throw new UsageException("--sequences takes a whole number from 1.");
            string? name = parsed.GetValue(device);
            if (name is not null && devices is null)
                throw new UsageException("--device needs the tool that is built on ILGPU: dotnet run -c Release --project src/Interp.Ilgpu.Cli -- heads MODEL --device auto");
            ModelFile file = model.Open(parsed);
            IScoreRunner runner = name is null ? SimdScoreRunner.Instance : devices!.Open(name);
            using IDisposable? opened = runner as IDisposable;
            HeadScoreOptions options = new() { Sequences = parsed.GetValue(sequences), Seed = parsed.GetValue(seed), Runner = runner };
            HeadScores scores = HeadScores.Measure(file.Model, options, cancel);
            foreach (string note in scores.Notes) Terminal.Note(note);
            if (parsed.GetValue(html) is { } page) Draw(file, scores, parsed.GetValue(seed)).Save(page.FullName);
            if (parsed.GetValue(json))
                Terminal.WriteJson(new { Model = file.Path, Heads = scores.ToArray(), scores.Notes });
            else
                Print(scores);
            return Task.FromResult(CommandRunner.Done);
        });
        return command;
    }

    private static FigurePage Draw(ModelFile file, HeadScores scores, ulong seed)
    {
        TransformerConfig config = file.Model.Config;
        Tokens tokens = RepeatedTokens.Of(config, seed, rows: 1, repeats: 2);
        using var noGrad = Autograd.NoGrad();
        ActivationCache cache = file.Model.RunWithCache(tokens, ["*.hook_pattern", "*.hook_v"]).Cache;
        HeadScore most = scores.MaxBy(s => s.PrefixMatchingVaried)!;
        return new FigurePage($"Attention heads of {ModelArgument.Name(file)}")
            .Add(Plot.HeadScoreTable(scores), "Shares of attention on random tokens that repeat; copying from −1 (lowers what it attends to) to 1 (raises it).")
            .Add(Plot.CopyingAgainstPrefix([.. scores.Select(s => new HeadPoint(s.Layer, s.Head, s.PrefixMatching, s.CopyingSigned, HeadKinds.Of(s.Kind), Layers: config.Layers))]), "Induction heads stand at the upper right.")
            .Add(AttentionView.Of(cache, file.TokenTexts(tokens), start: (most.Layer, most.Head)), "Random tokens, twice: what each head attends to.");
    }

    private static void Print(HeadScores scores)
    {
        Console.Out.WriteLine("head   kind                         prefix  varied  copying  previous  duplicate  first  entropy");
        foreach (HeadScore s in scores.OrderByDescending(s => s.Kind != HeadKind.Other).ThenBy(s => s.Kind).ThenByDescending(s => s.PrefixMatchingVaried))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{$"{s.Layer}.{s.Head}",-6} {Terminal.KebabCase(s.Kind),-27} {s.PrefixMatching,7:F3} {s.PrefixMatchingVaried,7:F3} {s.CopyingSigned,8:F3} {s.PreviousToken,9:F3} {s.DuplicateToken,10:F3} {s.FirstToken,6:F3} {s.Entropy,8:F3}"));
    }
}
