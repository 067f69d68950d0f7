namespace Interp;

/// <summary>The steps at which a run is measured: 0, then powers of 2, then evenly spaced to the last.</summary>
/// <remarks>The early part of training is fast and short, so it is seen on a logarithmic scale; the phase change is seen on an even one.</remarks>
public sealed record SnapshotSchedule
{
    /// <summary>The number of evenly spaced snapshots, the last step's among them.</summary>
    public int Even { get; init; } = 64;

    /// <summary>Also measure at steps 1, 2, 4, 8, … below the first of the even ones.</summary>
    public bool EarlyPowers { get; init; } = true;

    /// <summary>The steps of a run of <paramref name="steps"/> steps, rising from 0 to <paramref name="steps"/>. Step n is after n updates.</summary>
    public IReadOnlyList<long> Steps(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        if (Even < 1) throw new ArgumentException($"A run needs at least 1 evenly spaced snapshot, not {Even}.");
        SortedSet<long> chosen = [0];
        for (int i = 1; i <= Even; i++) chosen.Add(Math.Max(1, steps * i / Even));
        long firstEven = Math.Max(1, steps / Even);
        for (long power = 1; EarlyPowers && power < firstEven; power *= 2) chosen.Add(power);
        return [.. chosen];
    }
}
