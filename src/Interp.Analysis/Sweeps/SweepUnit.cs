using Interp.Interventions;

namespace Interp.Sweeps;

/// <summary>Variants of one layer of a prompt, measured as one batch.</summary>
internal sealed record SweepUnit(SweepPrompt Prompt, Lazy<PromptRun> Run, Variant[] Variants)
{
    /// <summary>The rows if all of them are known, else null: of a batch that a kill cut in two, only the missing rows are added.</summary>
    public SweepRow[]? Known(SweepCheckpoint checkpoint, IReadOnlyDictionary<SweepKey, SweepRow> known)
    {
        List<SweepRow> rows = [];
        foreach (Variant variant in Variants)
            foreach (Metric metric in Prompt.Metrics)
            {
                if (!known.TryGetValue(new(checkpoint.Name, Prompt.Name, variant.Head.Layer, variant.Head.Head, variant.Position, metric.Name), out SweepRow? row)) return null;
                rows.Add(row);
            }
        return [.. rows];
    }

    /// <summary>Measures all rows.</summary>
    public SweepRow[] Measure(SweepCheckpoint checkpoint)
    {
        PromptRun run = Run.Value;
        double[][] values = run.Measure(Variants);
        return [.. Variants.SelectMany((variant, c) => Prompt.Metrics.Select((metric, m) =>
            new SweepRow(checkpoint.Name, Prompt.Name, variant.Head.Layer, variant.Head.Head, variant.Position, metric.Name, values[c][m], run.Clean[m])))];
    }
}
