namespace Interp;

/// <summary>Which positions an in-context score calls early and late. Position i means "predicting the token at i from all before it"; both ends are included.</summary>
/// <param name="EarlyFirst">The first early position.</param>
/// <param name="EarlyLast">The last early position.</param>
/// <param name="LateFirst">The first late position.</param>
/// <param name="LateLast">The last late position.</param>
public sealed record InContextIndices(int EarlyFirst, int EarlyLast, int LateFirst, int LateLast)
{
    /// <summary>
    /// The positions for sequences of <paramref name="positions"/> tokens: 50 and 500 from 512 on (Olsson et al. 2022); below, early positions
    /// 10..15 of 128 and the last 16 of 128, scaled to the length.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 4 positions.</exception>
    public static InContextIndices For(int positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 4);
        if (positions >= 512) return new(50, 50, 500, 500);
        int first = Math.Max(1, 10 * positions / 128), last = Math.Max(first, 15 * positions / 128);
        return new(first, last, positions - Math.Max(1, positions / 8), positions - 1);
    }

    /// <inheritdoc/>
    public override string ToString() => $"late positions {LateFirst}..{LateLast} minus early positions {EarlyFirst}..{EarlyLast}";
}
