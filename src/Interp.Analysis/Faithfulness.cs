using Interp.Interventions;

namespace Interp;

/// <summary>How well a circuit of edges does alone, all other edges carrying the corrupted run.</summary>
/// <param name="Edges">The number of edges kept.</param>
/// <param name="Metric">The metric of the circuit.</param>
/// <param name="Share">(metric − corrupted) / (clean − corrupted): 1 where the circuit does all that the model does.</param>
public sealed record Faithfulness(int Edges, double Metric, double Share)
{
    /// <summary>The faithfulness of the first n edges, for several n.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clean">[batch, position]</param>
    /// <param name="corrupt">Of the same shape.</param>
    /// <param name="metric">What is measured.</param>
    /// <param name="edges">Edges in the order in which they are kept, as <see cref="EdgeAttribution.Run"/> gives them.</param>
    /// <param name="counts">The sizes of circuit.</param>
    public static IEnumerable<Faithfulness> Curve(IHookedModel model, Tokens clean, Tokens corrupt, Metric metric, IReadOnlyList<Edge> edges, IEnumerable<int> counts)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(counts);
        double good = metric.Of(model, clean), bad = metric.Of(model, corrupt);
        EdgeRun run = new(model, clean, corrupt);
        foreach (int count in counts)
        {
            double value = run.Measure(metric, [.. edges.Take(count)]);
            yield return new(Math.Min(count, edges.Count), value, (value - bad) / (good - bad));
        }
    }
}
