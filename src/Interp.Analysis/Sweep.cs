using System.Text;
using Interp.Interventions;
using Interp.Sweeps;

namespace Interp;

/// <summary>A declarative sweep of ablations or patches: checkpoints × prompts × heads × positions × metrics.</summary>
/// <remarks>
/// <code>
/// Sweep sweep = new() { Checkpoints = [new("final", () => model)], Prompts = [new("text", tokens, Metrics.Loss)] };
/// foreach (SweepRow row in sweep.Run("sweep.db").OrderByDescending(row => row.Effect).Take(10)) Console.WriteLine(row);
/// </code>
/// <para>What interventions share is computed once: each prompt runs once undisturbed, each rerun starts at the edited layer (an ablation after
/// its attention), the variants of a layer run as one batch, and metrics of the losses share one unembedding that never stores logits. Large
/// batches use all threads inside; small ones run side by side, so a metric's function may be called from several threads at once. Results do not
/// depend on the number of threads.</para>
/// <para>With a results file what is measured is on disk before it is yielded. After a kill the same call goes on where it stopped: nothing is
/// measured twice. A file of another sweep, or of other weights, is refused. A metric of your own is known by its name: give another one another.</para>
/// </remarks>
public sealed class Sweep
{
    /// <summary>Rows × positions in one run.</summary>
    private const int PositionsAtOnce = 4096;

    /// <summary>Below so many elements of residual stream a batch is too small to share out inside.</summary>
    private const long SmallBatch = 1 << 18;

    /// <summary>Small batches for each thread between two writes of the results file: enough to hide the writing, few enough to lose little.</summary>
    private const int SmallBatchesAThread = 8;

    /// <summary>The models.</summary>
    public required IReadOnlyList<SweepCheckpoint> Checkpoints { get; init; }

    /// <summary>The prompts.</summary>
    public required IReadOnlyList<SweepPrompt> Prompts { get; init; }

    /// <summary>The heads; null for all.</summary>
    public IReadOnlyList<HeadId>? Heads { get; init; }

    /// <summary>The positions to edit one at a time (negative from the end); null to edit all at once (the residual stream and layers' outputs: each).</summary>
    public IReadOnlyList<int>? Positions { get; init; }

    /// <summary>What takes an ablated head's place; for <see cref="AblationKind.Resample"/> each prompt says where from.</summary>
    public AblationKind Kind { get; init; }

    /// <summary>Patch this, from each prompt's <see cref="SweepPrompt.Reference"/>, instead of ablating heads; null to ablate.</summary>
    public PatchComponent? Patch { get; init; }

    private bool NeedsReference => Patch is not null || Kind == AblationKind.Resample;

    /// <summary>Runs what is not done yet and yields all rows, in the order checkpoint, prompt, layer, head, position, metric.</summary>
    /// <param name="results">A file ending in .csv, .db or .sqlite; null keeps nothing.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Stops between batches; what was yielded is on disk.</param>
    /// <exception cref="ArgumentException">Names repeat, a reference is missing or of the wrong shape, or the file's ending is unknown.</exception>
    /// <exception cref="InvalidDataException">The file holds another sweep's results, or results of other weights.</exception>
    public IEnumerable<SweepRow> Run(string? results = null, IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check();
        return Rows(results, progress, cancellation);
    }

    private IEnumerable<SweepRow> Rows(string? results, IProgress<SweepProgress>? progress, CancellationToken cancellation)
    {
        using ISweepStore? store = results is null ? null : ISweepStore.Open(results, Plan());
        StoredRow[] stored = store is null ? [] : [.. store.Load()];
        Dictionary<SweepKey, SweepRow> known = stored.ToDictionary(row => SweepKey.Of(row.Row), row => row.Row);
        int done = 0;
        foreach (SweepCheckpoint checkpoint in Checkpoints)
        {
            IHookedModel model = checkpoint.Open();
            string weights = store is null ? "" : Fingerprint.Of(model);
            if (stored.Any(row => row.Row.Checkpoint == checkpoint.Name && row.Weights != weights)) throw ISweepStore.OtherWeights(results!, checkpoint.Name);
            SweepUnit[] units = [.. Units(model)];
            int total = Checkpoints.Count * units.Sum(unit => unit.Variants.Length * unit.Prompt.Metrics.Count);
            bool small = model is HookedTransformer && units.All(unit => (long)unit.Variants.Length * unit.Prompt.Tokens.Ids.Length * model.Config.DModel < SmallBatch);
            foreach (SweepUnit[] window in units.Chunk(small ? SmallBatchesAThread * Parallelism.Threads : 1))
            {
                cancellation.ThrowIfCancellationRequested();
                SweepRow[][] rows = new SweepRow[window.Length][];
                Parallelism.For(window.Length, i => rows[i] = window[i].Known(checkpoint, known) ?? window[i].Measure(checkpoint));
                store?.Append(rows.SelectMany(row => row).Where(row => !known.ContainsKey(SweepKey.Of(row))), weights);
                done += rows.Sum(row => row.Length);
                progress?.Report(new(done, total));
                foreach (SweepRow row in rows.SelectMany(row => row)) yield return row;
            }
        }
    }

    /// <summary>What runs together: variants of one layer of a prompt.</summary>
    private IEnumerable<SweepUnit> Units(IHookedModel model)
    {
        TransformerConfig config = model.Config;
        foreach (HeadId head in Heads ?? []) head.Check(config);
        PatchPoint? point = Patch is { } component ? new(component, Positions is not null) : null;
        foreach (SweepPrompt prompt in Prompts)
        {
            Lazy<PromptRun> run = new(() => point is null ? new AblatedPrompt(model, prompt, Kind) : new PatchedPrompt(model, prompt, point));
            int together = Math.Max(1, PositionsAtOnce / prompt.Tokens.Ids.Length);
            int[] positions = Positions is not null ? [.. Positions.Select(p => Position(p, prompt))] : point is { HasPositions: true } ? [.. Enumerable.Range(0, prompt.Tokens.Positions)] : [-1];
            for (int l = 0; l < config.Layers; l++)
                foreach (Variant[] variants in HeadsOf(l, point, config).SelectMany(h => positions.Select(p => new Variant((l, h), p))).Chunk(together))
                    yield return new(prompt, run, variants);
        }
    }

    /// <summary>The heads of a layer to edit; −1 for a component that has none.</summary>
    private int[] HeadsOf(int layer, PatchPoint? point, TransformerConfig config)
    {
        if (point is { HasHeads: false }) return [-1];
        int heads = point?.Heads(config) ?? config.Heads;
        if (Heads is null) return [.. Enumerable.Range(0, heads)];
        int[] chosen = [.. Heads.Where(head => head.Layer == layer).Select(head => head.Head).Order()];
        return chosen.Length == 0 || chosen[^1] < heads
            ? chosen
            : throw new ArgumentException($"There is no head {layer}.{chosen[^1]} of {Patch}: with grouped queries the model has {heads} key-value heads a layer.");
    }

    private static int Position(int position, SweepPrompt prompt)
    {
        int p = position < 0 ? position + prompt.Tokens.Positions : position;
        return (uint)p < (uint)prompt.Tokens.Positions ? p : throw new ArgumentException($"The prompt '{prompt.Name}' has {prompt.Tokens.Positions} positions, no {position}.");
    }

    private void Check()
    {
        if (NeedsReference)
            foreach (SweepPrompt prompt in Prompts)
                if (prompt.Reference is null || prompt.Reference.Batch != prompt.Tokens.Batch || prompt.Reference.Positions != prompt.Tokens.Positions)
                    throw new ArgumentException($"{(Patch is null ? "Resampling" : "Patching")} the prompt '{prompt.Name}' needs a reference of the same shape, [{prompt.Tokens.Batch}, {prompt.Tokens.Positions}].");
        if (Patch is not null && Kind != AblationKind.Zero) throw new ArgumentException($"A sweep patches ({Patch}) or ablates ({Kind}), not both.");
        if (Patch < PatchComponent.HeadOutput && Heads is not null) throw new ArgumentException($"{Patch} has no heads to choose from: leave Heads out.");
        Unique(Checkpoints.Select(checkpoint => checkpoint.Name), "checkpoints");
        Unique(Prompts.Select(prompt => prompt.Name), "prompts");
        foreach (SweepPrompt prompt in Prompts) Unique(prompt.Metrics.Select(metric => metric.Name), $"metrics of the prompt '{prompt.Name}'");

        static void Unique(IEnumerable<string> names, string what)
        {
            if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ArgumentException($"Two {what} are named '{twice.Key}': rows could not be told apart.");
        }
    }

    /// <summary>What the results depend on, the weights apart: kind, prompts and metrics. Which heads and positions are chosen may change.</summary>
    private string Plan()
    {
        StringBuilder text = new($"{Kind} {Patch}");
        foreach (SweepPrompt prompt in Prompts)
        {
            text.Append('|').Append(prompt.Name).Append(':').Append(prompt.Tokens.Batch).Append(':').AppendJoin(',', prompt.Tokens.Ids.ToArray());
            if (prompt.Reference is { } reference) text.Append(':').Append(reference.Batch).Append(':').AppendJoin(',', reference.Ids.ToArray());
            foreach (Metric metric in prompt.Metrics)
                text.Append(';').Append(metric.Name).Append(' ').Append(metric.About).Append(" at ").AppendJoin(',', metric.Positions ?? []);
        }
        return Fingerprint.Of(text.ToString());
    }
}
