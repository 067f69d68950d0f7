namespace Interp.Data;

/// <summary>The independent uses of a run's one seed.</summary>
internal enum RandomUse : ulong
{
    TrainingRows = 1,
    EvaluationRows = 2,
    Language = 3,
    Parameters = 4,
    EvaluationIndices = 5,
    RepeatedSequences = 6,
    AblationControls = 7,
}

/// <summary>Random streams that are a pure function of the seed, the use and an index.</summary>
internal static class RandomUses
{
    // An odd constant with well-mixed bits keeps the streams of neighbouring seeds and uses apart.
    private const ulong Spread = 0xD1B54A32D192ED03;

    /// <summary>The seed of a use.</summary>
    public static ulong Seed(this RandomUse use, ulong seed) => seed + (Spread * (ulong)use);

    /// <summary>The stream of a use at an index.</summary>
    public static Rng Stream(this RandomUse use, ulong seed, long index = 0) => new(use.Seed(seed), (ulong)index);
}
