namespace Interp;

/// <summary>How <see cref="HeadScores.Measure"/> samples.</summary>
public sealed record HeadScoreOptions
{
    /// <summary>The seed of the random sequences.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of random sequences of each sort ([O] asks for 10 or more).</summary>
    public int Sequences { get; init; } = 10;

    /// <summary>The number of random tokens in a repeat.</summary>
    public int Period { get; init; } = 25;

    /// <summary>How often they come.</summary>
    public int Repeats { get; init; } = 4;

    /// <summary>How often each token id occurs in the model's data (any unit). Where given, the most and the least common 4 % are not used.</summary>
    public IReadOnlyList<double>? Frequencies { get; init; }

    /// <summary>Ordinary data for the previous-token, first-token, entropy and offset scores; random tokens without repeats where absent.</summary>
    public Tokens? Ordinary { get; init; }

    /// <summary>From which scores on a head gets its kind.</summary>
    public HeadThresholds Thresholds { get; init; } = new();

    /// <summary>Where the scores are computed: the CPU's SIMD units, unless an optional package opens a device.</summary>
    public IScoreRunner Runner { get; init; } = SimdScoreRunner.Instance;
}
