using System.CommandLine;
using System.Globalization;

namespace Interp.Cli.Commands;

/// <summary><c>interp patch</c>: activation patching.</summary>
internal static class PatchCommand
{
    public static Command Create()
    {
        Option<bool> json = SharedOptions.Json();
        Option<FileInfo?> html = SharedOptions.Html("what each patch restores");
        Command command = new("patch", "Activation patching: run corrupted tokens with one activation of the clean run in its place, and measure what that restores.") { json, html };
        PromptOptions prompt = PromptOptions.AddTo(command);
        PatchOptions patch = PatchOptions.AddTo(command, prompt, PatchComponent.ResidPre, required: true);
        MetricOptions metrics = MetricOptions.AddTo(command, MetricKind.LogitDifference);
        ModelArgument model = ModelArgument.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            ModelFile file = model.Open(parsed);
            (Tokens clean, Tokens corrupt, PatchComponent component, bool byPosition) = patch.Read(parsed, file);
            Metric metric = metrics.Read(parsed, file, clean, out string description);
            double cleanValue = metric.Of(file.Model, clean), corruptValue = metric.Of(file.Model, corrupt), span = cleanValue - corruptValue;
            PatchCells cells = new(file, clean, ActivationPatching.Run(file.Model, clean, corrupt, metric, component, byPosition, cancel), component);
            // Where the two runs measure the same there is nothing to restore: changes are shown as they are.
            bool relative = Math.Abs(span) > 1e-6 * Math.Max(Math.Abs(cleanValue), Math.Abs(corruptValue));
            double Restored(PatchCell cell) => (cell.Value - corruptValue) / (relative ? span : 1);
            string unit = relative ? "restored (share)" : $"change of {description}";
            if (parsed.GetValue(html) is { } page)
            {
                new FigurePage($"Patching {ModelArgument.Name(file)}")
                    .Add(
                        cells.Draw(Restored, unit, $"Patching {Terminal.KebabCase(component)}: {description}"),
                        string.Create(CultureInfo.InvariantCulture, $"{cleanValue:F4} on the clean tokens “{TokenArgument.Text(file, clean)}”, {corruptValue:F4} on the corrupted “{TokenArgument.Text(file, corrupt)}”; 1 restores all of the difference."))
                    .Save(page.FullName);
            }
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new
                {
                    Model = file.Path,
                    Component = component,
                    Metric = description,
                    Clean = cleanValue,
                    Corrupt = corruptValue,
                    Patches = cells.All.Select(c => new { c.Layer, c.Position, c.Head, c.Token, c.Value, Restored = relative ? Restored(c) : (double?)null }),
                });
                return Task.FromResult(CommandRunner.Done);
            }
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{description}: clean {cleanValue:F4}, corrupted {corruptValue:F4}; patching {Terminal.KebabCase(component)}"));
            cells.Print(20, unit, Restored);
            return Task.FromResult(CommandRunner.Done);
        });
        return command;
    }
}
