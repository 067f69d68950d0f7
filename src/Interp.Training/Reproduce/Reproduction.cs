namespace Interp.Reproduce;

/// <summary>Trains the series, measures it, and checks what the paper leads us to expect.</summary>
public static class Reproduction
{
    /// <summary>The series: 1, 2 and 3 attention-only layers, 2 layers with MLPs, 1 and 2 layers with smeared keys.</summary>
    public static IReadOnlyList<SeriesModel> Series(ulong seed, bool quick = false) => throw new NotImplementedException();

    /// <summary>Runs the whole reproduction. Run folders are written under <paramref name="folder"/>/runs (finished ones there are used, unfinished ones resumed).</summary>
    /// <param name="folder">Where run folders and results.json go.</param>
    /// <param name="seed">Everything random follows from it.</param>
    /// <param name="quick">The short form.</param>
    /// <param name="progress">Told after every update of every model, from several threads but one at a time.</param>
    /// <param name="cancellation">Stops cleanly; the next call with the same folder goes on.</param>
    public static ReproductionResults Run(
        string folder, ulong seed, bool quick = false, Action<ReproductionProgress>? progress = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();
}
