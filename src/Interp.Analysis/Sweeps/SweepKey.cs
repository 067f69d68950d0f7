namespace Interp.Sweeps;

/// <summary>What tells a measurement from all others of its sweep.</summary>
internal readonly record struct SweepKey(string Checkpoint, string Prompt, int Layer, int Head, int Position, string Metric)
{
    public static SweepKey Of(SweepRow row) => new(row.Checkpoint, row.Prompt, row.Layer, row.Head, row.Position, row.Metric);
}
