using System.CommandLine;
using System.Globalization;

namespace Interp.Cli.Commands;

/// <summary><c>interp attribute</c>: direct logit attribution, and attribution patching where there are corrupted tokens.</summary>
internal static class AttributeCommand
{
    private const int Most = 20;

    public static Command Create()
    {
        Option<AttributedParts> by = SharedOptions.Choice("--by", "The parts of the residual stream that are told apart; source: what --head writes for each token it attends to.", AttributedParts.Component);
        Option<HeadId[]> head = HeadOption.Create("--head", "With --by source: the head.");
        Option<bool> json = SharedOptions.Json();
        Option<FileInfo?> html = SharedOptions.Html("each part's contribution");
        Command command = new("attribute", "What each part of the model adds to a token's logit (or to the difference of two). With --corrupt: attribution patching, the first-order estimate of 'patch' by one backward pass.")
        {
            by, head, json, html,
        };
        PromptOptions prompt = PromptOptions.AddTo(command);
        PatchOptions patch = PatchOptions.AddTo(command, prompt, PatchComponent.HeadOutput, required: false);
        AnswerOptions answers = AnswerOptions.AddTo(command);
        ModelArgument model = ModelArgument.AddTo(command);
        command.AddCheck(result =>
        {
            if (result.Errors.Any()) return;
            if (result.GetValue(by) == AttributedParts.Source != result.GetValue(head) is { Length: 1 }) result.AddError("--by source and --head LAYER.HEAD go together, with one head.");
        });
        command.SetAction((parsed, cancel) =>
        {
            ModelFile file = model.Open(parsed);
            if (patch.IsGiven(parsed))
            {
                if (parsed.GetResult(by) is { Implicit: false }) throw new UsageException("--by is for one prompt; with --corrupt, --component says what is told apart.");
                Patch(file, patch, answers, parsed, parsed.GetValue(json), parsed.GetValue(html));
            }
            else
            {
                HeadOption.Check(parsed.GetValue(head)!, file.Model.Config);
                Direct(file, prompt.Read(parsed, file), answers, parsed.GetValue(by), parsed.GetValue(head)!.FirstOrDefault(), parsed, parsed.GetValue(json), parsed.GetValue(html), cancel);
            }
            return Task.FromResult(CommandRunner.Done);
        });
        return command;
    }

    private static void Direct(
        ModelFile file, Tokens tokens, AnswerOptions options, AttributedParts by, HeadId head, ParseResult parsed, bool json, FileInfo? html, CancellationToken cancel)
    {
        HookedTransformer model = file.Model;
        if (by == AttributedParts.Neuron && model.Config.AttentionOnly) throw new UsageException("This model is attention only: it has no neurons.");
        using var noGrad = Autograd.NoGrad();
        string[] also = by switch
        {
            AttributedParts.Neuron => ["blocks.*.mlp.hook_post"],
            AttributedParts.Source => [$"blocks.{head.Layer}.attn.hook_pattern", $"blocks.{head.Layer}.attn.hook_v"],
            _ => [],
        };
        (Tensor logits, ActivationCache cache) = model.RunWithCache(tokens, [.. ResidualAccessors.Names, .. also]);
        Answers answers = options.Read(parsed, file, tokens, logits);
        (string Label, double Value)[] parts = by switch
        {
            AttributedParts.Component => Values(cache.DecomposedResidual(model, answers.Position)),
            AttributedParts.Head => Values(cache.HeadResults(model, answers.Position)),
            AttributedParts.Source => Values(cache.HeadSources(model, head, answers.Position)),
            _ => [.. Enumerable.Range(0, model.Config.Layers).SelectMany(l =>
            {
                cancel.ThrowIfCancellationRequested();
                return Values(cache.Neurons(model, l, answers.Position));
            })],
        };
        if (by == AttributedParts.Source)
            parts = [.. parts.Take(answers.Position + 1).Select((p, k) => ($"{k} '{file.TokenText(tokens[0, k])}'", p.Value))];
        double total = Enumerable.Range(0, tokens.Batch).Average(b => logits[b, answers.Position, answers.Right[b]] - (answers.Wrong is null ? 0.0 : logits[b, answers.Position, answers.Wrong[b]]));
        double rest = total - parts.Sum(p => p.Value);
        if (html is not null)
        {
            FigurePage page = new FigurePage($"Attribution in {ModelArgument.Name(file)}")
                .Add(Draw(model.Config, by, parts, answers.Description), string.Create(CultureInfo.InvariantCulture, $"{answers.Description}: {total:F4}, of which {rest:F4} is not in these parts."));
            if (by == AttributedParts.Source)
            {
                // Tokens after the position that predicts give nothing.
                double[] values = [.. Enumerable.Range(0, tokens.Positions).Select(p => p < parts.Length ? parts[p].Value : double.NaN)];
                page.Add(TokenAttributionView.Of(file.TokenTexts(tokens), [($"{head}", values)]), $"What head {head} writes at {answers.Position} for each token.")
                    .Add(AttentionView.Of(cache, file.TokenTexts(tokens), start: (head.Layer, head.Head)), $"What the heads of layer {head.Layer} attend to.");
            }
            page.Save(html.FullName);
        }
        if (json)
        {
            Terminal.WriteJson(new { Model = file.Path, Of = answers.Description, By = by, Total = total, Rest = rest, Parts = parts.Select(p => new { p.Label, p.Value }) });
            return;
        }
        string measured = string.Create(CultureInfo.InvariantCulture, $"{answers.Description}: {total:F4}, of which {rest:F4} is not in these parts");
        Console.Out.WriteLine(measured);
        // Few parts tell a story in the model's order; of many, the largest matter.
        bool all = parts.Length <= Most;
        foreach ((string label, double value) in all ? parts : [.. parts.OrderByDescending(p => Math.Abs(p.Value)).Take(Most)])
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label,-14} {value,9:+0.0000;-0.0000;0}"));
        if (!all) Terminal.Note($"The {Most} largest of {parts.Length}; --json and --html have all.");

        (string, double)[] Values(ResidualParts residual)
        {
            Tensor attributions = LogitAttribution.Of(model, residual, answers.Right, answers.Wrong);
            return [.. residual.Labels.Select((label, c) => (label, Enumerable.Range(0, tokens.Batch).Average(b => (double)attributions[c, b])))];
        }
    }

    private static Figure Draw(TransformerConfig config, AttributedParts by, (string Label, double Value)[] parts, string description)
    {
        string title = $"Direct attribution: {description}", unit = "contribution (logits)";
        if (by != AttributedParts.Head)
        {
            // Hundreds of bars say nothing: neurons are those that matter, largest first.
            if (by == AttributedParts.Neuron) parts = [.. parts.OrderByDescending(p => Math.Abs(p.Value)).Take(50)];
            return Plot.Contributions(parts, $"{Terminal.KebabCase(by)} ({(by == AttributedParts.Source ? "position and token" : "layer and name")})", unit, title);
        }
        float[,] values = new float[config.Layers, config.Heads];
        for (int i = 0; i < parts.Length; i++) values[i / config.Heads, i % config.Heads] = (float)parts[i].Value;
        return Plot.Effects(values, [.. Enumerable.Range(0, config.Layers).Select(l => $"{l}")], [.. Enumerable.Range(0, config.Heads).Select(h => $"{h}")], "layer (index)", "head (index)", unit, title);
    }

    private static void Patch(ModelFile file, PatchOptions patch, AnswerOptions options, ParseResult parsed, bool json, FileInfo? html)
    {
        (Tokens clean, Tokens corrupt, PatchComponent component, bool byPosition) = patch.Read(parsed, file);
        Answers answers;
        using (Autograd.NoGrad()) answers = options.Read(parsed, file, clean, file.Model.Run(clean));
        Metric metric = answers.Wrong is null
            ? Metric.OfLogits("logit", logits => Ops.Gather(logits.Reshape(logits.Shape[0], logits.Shape[2]), answers.Right), answers.Position)
            : Metrics.LogitDifference(answers.Right, answers.Wrong, answers.Position);
        double cleanValue = metric.Of(file.Model, clean), corruptValue = metric.Of(file.Model, corrupt);
        PatchCells cells = new(file, clean, AttributionPatching.Run(file.Model, clean, corrupt, metric, component, byPosition), component);
        if (html is not null)
        {
            new FigurePage($"Attribution patching of {ModelArgument.Name(file)}")
                .Add(
                    cells.Draw(c => c.Value, "estimated change (logits)", $"Attribution patching {Terminal.KebabCase(component)}: {answers.Description}"),
                    string.Create(CultureInfo.InvariantCulture, $"{cleanValue:F4} on the clean tokens “{TokenArgument.Text(file, clean)}”, {corruptValue:F4} on the corrupted “{TokenArgument.Text(file, corrupt)}”."))
                .Save(html.FullName);
        }
        if (json)
        {
            Terminal.WriteJson(new { Model = file.Path, Of = answers.Description, Component = component, Clean = cleanValue, Corrupt = corruptValue, Estimates = cells.All });
            return;
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answers.Description}: clean {cleanValue:F4}, corrupted {corruptValue:F4}; attribution patching of {Terminal.KebabCase(component)}"));
        cells.Print(Most, "estimated change", c => c.Value);
    }
}
