using System.Security.Cryptography;
using System.Text;
using Interp.Interventions;
using Interp.Sweeps;

namespace Interp;

/// <summary>A declarative ablation sweep: checkpoints × prompts × heads × positions × metrics.</summary>
/// <remarks>
/// <code>
/// Sweep sweep = new() { Checkpoints = [new("final", () => model)], Prompts = [new("text", tokens, Metrics.Loss)] };
/// foreach (SweepRow row in sweep.Run("sweep.db").OrderByDescending(row => row.Effect).Take(10)) Console.WriteLine(row);
/// </code>
/// <para>What ablations share is computed once: each prompt runs once undisturbed, each ablation starts after the attention it edits, the heads
/// of a layer run as one batch, and metrics of the losses share one unembedding that never stores logits.</para>
/// <para>With a results file every finished batch is on disk before it is yielded. After a kill the same call goes on where it stopped:
/// nothing is measured twice. A file of another sweep is refused.</para>
/// </remarks>
public sealed class Sweep
{
    /// <summary>Rows × positions in one run.</summary>
    private const int PositionsAtOnce = 4096;

    /// <summary>The models.</summary>
    public required IReadOnlyList<SweepCheckpoint> Checkpoints { get; init; }

    /// <summary>The prompts.</summary>
    public required IReadOnlyList<SweepPrompt> Prompts { get; init; }

    /// <summary>The heads; null for all.</summary>
    public IReadOnlyList<HeadId>? Heads { get; init; }

    /// <summary>The positions to ablate one at a time (negative from the end); null to ablate all at once.</summary>
    public IReadOnlyList<int>? Positions { get; init; }

    /// <summary>What takes an ablated head's place; for <see cref="AblationKind.Resample"/> each prompt says where from.</summary>
    public AblationKind Kind { get; init; }

    /// <summary>Runs what is not done yet and yields all rows, in the order checkpoint, prompt, layer, head, position, metric.</summary>
    /// <param name="results">A file ending in .csv, .db or .sqlite; null keeps nothing.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Stops between batches; what was yielded is on disk.</param>
    /// <exception cref="ArgumentException">Names repeat, a reference is missing or of the wrong shape, or the file's ending is unknown.</exception>
    /// <exception cref="InvalidDataException">The file holds another sweep's results.</exception>
    public IEnumerable<SweepRow> Run(string? results = null, IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check();
        return Rows(results, progress, cancellation);
    }

    private IEnumerable<SweepRow> Rows(string? results, IProgress<SweepProgress>? progress, CancellationToken cancellation)
    {
        using ISweepStore? store = results is null ? null : ISweepStore.Open(results, Fingerprint());
        Dictionary<SweepKey, SweepRow> stored = store?.Load().ToDictionary(SweepKey.Of) ?? [];
        int done = 0;
        foreach (SweepCheckpoint checkpoint in Checkpoints)
        {
            IHookedModel model = checkpoint.Open();
            HeadId[] heads = [.. (Heads ?? [.. HeadId.All(model.Config)]).OrderBy(head => head.Layer).ThenBy(head => head.Head)];
            foreach (HeadId head in heads) head.Check(model.Config);
            int total = Checkpoints.Count * Prompts.Sum(prompt => prompt.Metrics.Count * heads.Length * (Positions?.Count ?? 1));
            foreach (SweepPrompt prompt in Prompts)
            {
                PromptSweep? run = null;
                foreach (Variant[] batch in Batches(heads, prompt))
                {
                    cancellation.ThrowIfCancellationRequested();
                    SweepRow[] rows = Stored(batch, checkpoint, prompt, stored);
                    if (rows.Length == 0)
                    {
                        run ??= new PromptSweep(model, prompt, Kind, checkpoint.Name);
                        rows = run.Measure(batch);
                        store?.Append(rows.Where(row => !stored.ContainsKey(SweepKey.Of(row))));
                    }
                    done += rows.Length;
                    progress?.Report(new(done, total));
                    foreach (SweepRow row in rows) yield return row;
                }
            }
        }
    }

    /// <summary>The rows of a batch if all are stored, else none: a batch of which a kill left a part is measured again and only the missing rows are added.</summary>
    private static SweepRow[] Stored(Variant[] batch, SweepCheckpoint checkpoint, SweepPrompt prompt, Dictionary<SweepKey, SweepRow> stored)
    {
        List<SweepRow> rows = [];
        foreach (Variant variant in batch)
            foreach (Metric metric in prompt.Metrics)
            {
                if (!stored.TryGetValue(new(checkpoint.Name, prompt.Name, variant.Head.Layer, variant.Head.Head, variant.Position, metric.Name), out SweepRow? row)) return [];
                rows.Add(row);
            }
        return [.. rows];
    }

    /// <summary>Variants of one layer that run together.</summary>
    private IEnumerable<Variant[]> Batches(HeadId[] heads, SweepPrompt prompt)
    {
        int together = Math.Max(1, PositionsAtOnce / prompt.Tokens.Ids.Length);
        foreach (IGrouping<int, HeadId> layer in heads.GroupBy(head => head.Layer))
            foreach (Variant[] batch in layer.SelectMany(head => (Positions ?? [-1]).Select(p => new Variant(head, Positions is null ? -1 : Position(p, prompt)))).Chunk(together))
                yield return batch;
    }

    private static int Position(int position, SweepPrompt prompt)
    {
        int p = position < 0 ? position + prompt.Tokens.Positions : position;
        return (uint)p < (uint)prompt.Tokens.Positions ? p : throw new ArgumentException($"The prompt '{prompt.Name}' has {prompt.Tokens.Positions} positions, no {position}.");
    }

    private void Check()
    {
        if (Kind == AblationKind.Resample)
            foreach (SweepPrompt prompt in Prompts)
                if (prompt.Reference is null || prompt.Reference.Batch != prompt.Tokens.Batch || prompt.Reference.Positions != prompt.Tokens.Positions)
                    throw new ArgumentException($"Resampling the prompt '{prompt.Name}' needs a reference of the same shape, [{prompt.Tokens.Batch}, {prompt.Tokens.Positions}].");
        Unique(Checkpoints.Select(checkpoint => checkpoint.Name), "checkpoints");
        Unique(Prompts.Select(prompt => prompt.Name), "prompts");
        foreach (SweepPrompt prompt in Prompts) Unique(prompt.Metrics.Select(metric => metric.Name), $"metrics of the prompt '{prompt.Name}'");

        static void Unique(IEnumerable<string> names, string what)
        {
            if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ArgumentException($"Two {what} are named '{twice.Key}': rows could not be told apart.");
        }
    }

    /// <summary>What the results depend on, the weights apart: the names, tokens and kind.</summary>
    private string Fingerprint()
    {
        StringBuilder text = new($"{Kind}");
        foreach (SweepPrompt prompt in Prompts)
        {
            text.Append('|').Append(prompt.Name).Append(':').AppendJoin(',', prompt.Tokens.Ids.ToArray()).Append(':').Append(prompt.Tokens.Batch).Append(':').AppendJoin(',', prompt.Metrics.Select(metric => metric.Name));
            if (prompt.Reference is { } reference) text.Append(':').AppendJoin(',', reference.Ids.ToArray());
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }
}
