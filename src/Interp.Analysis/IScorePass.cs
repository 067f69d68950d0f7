using Interp.Kernels;

namespace Interp;

/// <summary>Scores the attention patterns of one batch of sequences, layer after layer; a device may still be at work on one while the next is computed.</summary>
/// <remarks>First the scores are chosen, then the patterns come, then <see cref="Finish"/> gives the numbers.</remarks>
public interface IScorePass
{
    /// <summary>Computes a score of every pattern: one more result.</summary>
    void Add<TScore>(TScore score)
        where TScore : unmanaged, IQueryScore;

    /// <summary>Computes <see cref="OffsetAttention"/> at every offset from <paramref name="first"/> to <paramref name="last"/>: so many more results.</summary>
    void AddOffsets(int first, int last);

    /// <summary>Takes a layer's pattern. Its memory is the caller's again when this returns.</summary>
    /// <param name="pattern">[batch, head, query, key], of the same shape in every layer.</param>
    /// <exception cref="ArgumentException">The pattern does not fit the tokens.</exception>
    void Score(Tensor pattern);

    /// <summary>Waits for the results, [pattern][result][head]: means over the batch rows where a score is defined, NaN where it is in none.</summary>
    float[][][] Finish();
}
