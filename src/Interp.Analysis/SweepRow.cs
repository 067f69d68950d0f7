namespace Interp;

/// <summary>One measurement of a sweep.</summary>
/// <param name="Checkpoint">The checkpoint's name.</param>
/// <param name="Prompt">The prompt's name.</param>
/// <param name="Layer">The edited layer.</param>
/// <param name="Head">The edited head; −1 where a whole layer's activation is patched.</param>
/// <param name="Position">The position at which it is edited; −1 for all.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The metric with the edit.</param>
/// <param name="Clean">The metric of the prompt without.</param>
public sealed record SweepRow(string Checkpoint, string Prompt, int Layer, int Head, int Position, string Metric, double Value, double Clean)
{
    /// <summary>Value − Clean.</summary>
    public double Effect => Value - Clean;
}
