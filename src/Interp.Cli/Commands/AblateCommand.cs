using System.CommandLine;
using System.Globalization;

namespace Interp.Cli.Commands;

/// <summary><c>interp ablate</c>: replaces heads' outputs and measures what changes.</summary>
internal static class AblateCommand
{
    private static readonly string[] s_endings = [".csv", ".db", ".sqlite"];

    public static Command Create()
    {
        Option<AblationKind> kind = SharedOptions.Choice("--kind", "What takes a head's place.", AblationKind.Zero);
        Option<HeadId[]> heads = HeadOption.Create("--heads", "The heads; all without it.");
        Option<bool> together = new("--together") { Description = "Ablate the heads all at once, not one at a time." };
        Option<int[]> positions = new("--positions") { Description = "Ablate at these positions only, one at a time; negative counts from the end.", HelpName = "P", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        Option<FileInfo?> reference = new("--reference") { Description = "Rows of token ids to resample from (without it each row takes the next one's place) or to average over.", HelpName = "FILE" };
        Option<FileInfo?> output = new("--out") { Description = "Keep the results in this .csv, .db or .sqlite file; a stopped sweep goes on from it.", HelpName = "FILE" };
        Option<ulong> seed = SharedOptions.Seed();
        Option<bool> json = SharedOptions.Json();
        Option<FileInfo?> html = SharedOptions.Html("each head's effect");
        Command command = new("ablate", "Ablate attention heads and measure what changes. Without a prompt: on random tokens that repeat.")
        {
            kind, heads, together, positions, reference, output, seed, json, html,
        };
        PromptOptions prompt = PromptOptions.AddTo(command, required: false);
        MetricOptions metrics = MetricOptions.AddTo(command, MetricKind.Loss);
        ModelArgument model = ModelArgument.AddTo(command);
        command.AddCheck(result =>
        {
            if (result.GetValue(output) is { } file && !s_endings.Contains(file.Extension.ToLowerInvariant())) result.AddError($"--out takes a .csv, .db or .sqlite file, not {file.Name}.");
            if (result.GetValue(together) && (result.GetValue(output) ?? result.GetValue(html)) is not null) result.AddError("--together gives one number: --out and --html have no use for it.");
            if (result.GetValue(together) && result.GetValue(positions) is { Length: > 0 }) result.AddError("--together ablates at all positions: leave --positions out.");
            if (result.GetValue(reference) is not null && result.GetValue(kind) is not (AblationKind.Mean or AblationKind.Resample)) result.AddError("--reference is for --kind mean and resample.");
        });
        command.SetAction((parsed, cancel) =>
        {
            ModelFile file = model.Open(parsed);
            HeadId[] chosen = [.. parsed.GetValue(heads)!.Distinct()];
            HeadOption.Check(chosen, file.Model.Config);
            Tokens tokens = prompt.IsGiven(parsed) ? prompt.Read(parsed, file) : Repeated(file.Model.Config, parsed.GetValue(seed));
            if (tokens.Positions < 2) throw new UsageException("Ablation needs 2 tokens or more.");
            int[] at = Array.ConvertAll(parsed.GetValue(positions)!, p => MetricOptions.Position(p, tokens));
            AblationKind ablation = parsed.GetValue(kind);
            Tokens? other = parsed.GetValue(reference) is { } rows ? Prompt.Read(rows.FullName, pad: null) : ablation == AblationKind.Resample ? NextRows(tokens) : null;
            if (ablation == AblationKind.Resample && (other!.Batch != tokens.Batch || other.Positions != tokens.Positions))
                throw new UsageException($"--reference has [{other.Batch}, {other.Positions}] tokens and must have as many as the evaluated ones, [{tokens.Batch}, {tokens.Positions}].");
            Metric metric = metrics.Read(parsed, file, tokens, out string description);
            if (parsed.GetValue(together))
            {
                if (chosen.Length == 0) chosen = [.. HeadId.All(file.Model.Config)];
                PrintTogether(file, tokens, metric, description, chosen, ablation, other, parsed.GetValue(json));
                return Task.FromResult(CommandRunner.Done);
            }
            string name = prompt.IsGiven(parsed) ? prompt.Name(parsed) : $"random repeated tokens, seed {parsed.GetValue(seed)}";
            Sweep sweep = new()
            {
                Checkpoints = [new(file.Path, () => file.Model)],
                // The metric's tokens are part of the name: a results file of another answer is another sweep.
                Prompts = [new($"{name} | {description}", tokens, metric) { Reference = other }],
                Heads = chosen.Length == 0 ? null : chosen,
                Positions = at.Length == 0 ? null : at,
                Kind = ablation,
            };
            SweepRow[] measured = SweepSession.Run(sweep, parsed.GetValue(output)?.FullName, cancel);
            if (parsed.GetValue(html) is { } page)
                new FigurePage($"Ablation of {ModelArgument.Name(file)}")
                    .Add(Draw(file, tokens, measured, at, ablation, description), string.Create(CultureInfo.InvariantCulture, $"{description} on {name}: {measured[0].Clean:F4} without ablation."))
                    .Save(page.FullName);
            Print(file, tokens, measured, ablation, description, parsed.GetValue(json));
            return Task.FromResult(CommandRunner.Done);
        });
        return command;
    }

    private static Tokens Repeated(TransformerConfig config, ulong seed)
    {
        Tokens tokens = RepeatedTokens.Of(config, seed, rows: 8, repeats: 4);
        Terminal.Note($"No prompt: {tokens.Batch} rows of {tokens.Positions} random tokens that repeat.");
        return tokens;
    }

    private static Tokens NextRows(Tokens tokens)
    {
        if (tokens.Batch == 1) throw new UsageException("Resampling one row needs --reference FILE with other tokens.");
        return Tokens.FromRows([.. Enumerable.Range(0, tokens.Batch).Select(b => tokens.Row((b + 1) % tokens.Batch).ToArray())]);
    }

    private static void PrintTogether(ModelFile file, Tokens tokens, Metric metric, string description, HeadId[] heads, AblationKind kind, Tokens? reference, bool json)
    {
        double clean = metric.Of(file.Model, tokens), value = metric.Of(file.Model, tokens, Ablation.Hooks(file.Model, tokens, heads, kind, reference));
        if (json)
            Terminal.WriteJson(new { Model = file.Path, Kind = kind, Metric = description, Heads = heads, Clean = clean, Value = value, Effect = value - clean });
        else
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{description}: {clean:F4}; with {string.Join(", ", heads)} ablated ({Terminal.KebabCase(kind)}) {value:F4}, change {value - clean:+0.0000;-0.0000;0}"));
    }

    private static void Print(ModelFile file, Tokens tokens, SweepRow[] rows, AblationKind kind, string description, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(new
            {
                Model = file.Path,
                Kind = kind,
                Metric = description,
                rows[0].Clean,
                Rows = rows.Select(r => new { r.Layer, r.Head, Position = r.Position < 0 ? (int?)null : r.Position, r.Value, r.Effect }),
            });
            return;
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{description}: {rows[0].Clean:F4} without ablation; {Terminal.KebabCase(kind)} ablation, largest change first"));
        Console.Out.WriteLine("head      ablated     change");
        foreach (SweepRow row in rows.OrderByDescending(r => Math.Abs(r.Effect)))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{new HeadId(row.Layer, row.Head),-6} {row.Value,10:F4} {row.Effect,10:+0.0000;-0.0000;0}{(row.Position < 0 ? "" : $"  at {row.Position} '{file.TokenText(tokens[0, row.Position])}'")}"));
    }

    private static Figure Draw(ModelFile file, Tokens tokens, SweepRow[] rows, int[] at, AblationKind kind, string description)
    {
        string title = $"What {Terminal.KebabCase(kind)} ablation of each head changes", unit = $"change of {description}";
        if (at.Length > 0)
        {
            string[] names = [.. rows.Select(r => $"{r.Layer}.{r.Head}").Distinct()];
            float[,] byPosition = new float[names.Length, at.Length];
            foreach (SweepRow row in rows) byPosition[Array.IndexOf(names, $"{row.Layer}.{row.Head}"), Array.IndexOf(at, row.Position)] = (float)row.Effect;
            return Plot.Effects(byPosition, names, [.. at.Select(p => file.TokenText(tokens[0, p]))], "head (layer.head)", "position (token)", unit, title);
        }
        TransformerConfig config = file.Model.Config;
        float[,] byHead = new float[config.Layers, config.Heads];
        for (int l = 0; l < config.Layers; l++)
            for (int h = 0; h < config.Heads; h++) byHead[l, h] = float.NaN;
        foreach (SweepRow row in rows) byHead[row.Layer, row.Head] = (float)row.Effect;
        return Plot.Effects(byHead, [.. Enumerable.Range(0, config.Layers).Select(l => $"{l}")], [.. Enumerable.Range(0, config.Heads).Select(h => $"{h}")], "layer (index)", "head (index)", unit, title);
    }
}
