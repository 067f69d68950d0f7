namespace Interp.Kernels;

/// <summary>A head's score, written for one query: <see cref="QueryMean"/> averages it over the queries that have a value.</summary>
/// <remarks>
/// The unit is a query so that a device can give each its own thread; a CPU loop runs through them. A body is compiled for both: it uses
/// only the views and <see cref="IRowSums"/>, and neither throws, allocates nor captures. The fields of an implementation are its parameters.
/// </remarks>
public interface IQueryScore
{
    /// <summary>What <paramref name="query"/> counts.</summary>
    /// <param name="pattern">Attention [query, key].</param>
    /// <param name="tokens">The sequence, one id a key.</param>
    /// <param name="query">The row of the pattern.</param>
    /// <param name="rows">How rows are summed.</param>
    /// <param name="value">The query's value; 0 where it has none.</param>
    /// <returns>Whether the query has a value; one without is left out of the mean.</returns>
    bool TryScore<TPattern, TTokens, TRows>(TPattern pattern, TTokens tokens, int query, TRows rows, out float value)
        where TPattern : struct, IPatternView
        where TTokens : struct, ITokenView
        where TRows : struct, IRowSums;
}
