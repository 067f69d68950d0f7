namespace Interp;

/// <summary>The shape of a learning-rate schedule after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>The peak to the end.</summary>
    Constant,

    /// <summary>Half a cosine from the peak at the end of the warm-up to the final rate at the last step.</summary>
    Cosine,
}

/// <summary>The learning rate of each step: a linear warm-up to a peak, then constant or falling as half a cosine.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>The highest rate.</summary>
    public float Peak { get; init; } = 3e-3f;

    /// <summary>The number of warm-up steps: step i (from 0) has rate <see cref="Peak"/>·(i + 1)/<see cref="WarmupSteps"/> in them.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>What follows the warm-up.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>The rate at the end of a cosine, as a fraction of <see cref="Peak"/>.</summary>
    public float FinalFraction { get; init; } = 0.1f;

    /// <summary>The rate of step <paramref name="step"/> (from 0) of a run of <paramref name="steps"/> steps.</summary>
    public float At(long step, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < WarmupSteps) return Peak * (step + 1) / WarmupSteps;
        if (Decay == LearningRateDecay.Constant) return Peak;
        double progress = Math.Min(1, (step - WarmupSteps) / (double)Math.Max(1, steps - 1 - WarmupSteps));
        return (float)(Peak * (FinalFraction + ((1 - FinalFraction) * 0.5 * (1 + Math.Cos(Math.PI * progress)))));
    }
}
