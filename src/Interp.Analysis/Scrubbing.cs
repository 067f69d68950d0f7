namespace Interp;

/// <summary>Causal-scrubbing-style resampling: every head but a chosen set gets its output from another input; does the set alone carry the behaviour?</summary>
/// <param name="Clean">The metric with nothing resampled.</param>
/// <param name="Kept">With all heads but the set resampled.</param>
/// <param name="None">With all heads resampled.</param>
public sealed record Scrubbing(double Clean, double Kept, double None)
{
    /// <summary>(kept − none) / (clean − none): 1 where the set carries it all.</summary>
    public double Recovered => (Kept - None) / (Clean - None);

    /// <summary>Measures a set of heads.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="keep">The heads that stay.</param>
    /// <param name="metric">What is measured.</param>
    /// <param name="reference">Where the others' outputs come from, row by row; by default the same rows, moved on by one.</param>
    /// <exception cref="ArgumentException">The reference has another shape, or there is one row only and no reference.</exception>
    public static Scrubbing Measure(IHookedModel model, Tokens tokens, IReadOnlyCollection<HeadId> keep, Metric metric, Tokens? reference = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(metric);
        if (reference is null && tokens.Batch == 1) throw new ArgumentException("One row has no other to resample from: give a reference.", nameof(reference));
        reference ??= Moved(tokens);
        HeadId[] all = [.. HeadId.All(model.Config)], others = [.. all.Except(keep)];
        return new(metric.Of(model, tokens), With(others), With(all));

        double With(HeadId[] heads) => metric.Of(model, tokens, Ablation.Hooks(model, tokens, heads, AblationKind.Resample, reference));
    }

    private static Tokens Moved(Tokens tokens) =>
        new([.. tokens.Ids[tokens.Positions..], .. tokens.Row(0)], tokens.Batch, tokens.Positions);
}
