namespace Interp;

/// <summary>A head's skip-trigrams "source … destination → out" for one source token (Elhage et al. 2021): who attends to it, and what that raises.</summary>
/// <param name="Source">The attended token.</param>
/// <param name="Destinations">The tokens whose queries attend to it most, by the entries of the QK circuit.</param>
/// <param name="Outs">The tokens that attending to it raises most, by the entries of the OV circuit.</param>
public sealed record SkipTrigrams(int Source, IReadOnlyList<TokenScore> Destinations, IReadOnlyList<TokenScore> Outs)
{
    /// <summary>The skip-trigrams of some source tokens. Positions and norms' gains are left out, as in <see cref="Circuit"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="head">The head.</param>
    /// <param name="sources">The source tokens.</param>
    /// <param name="count">How many destinations and outs for each.</param>
    public static IEnumerable<SkipTrigrams> Of(IHookedModel model, HeadId head, IEnumerable<int> sources, int count = 5)
    {
        ArgumentNullException.ThrowIfNull(sources);
        FactoredMatrix qk = Circuit.FullQk(model, head), ov = Circuit.FullOv(model, head);
        foreach (int source in sources)
        {
            AmbientCancellation.ThrowIfRequested();
            yield return new SkipTrigrams(source, CircuitTokens.TopOfColumn(qk, source, count), CircuitTokens.TopOfRow(ov, source, count));
        }
    }
}
