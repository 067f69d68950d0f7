namespace Interp;

/// <summary>The scaling of rotary frequencies; the field names are those of Hugging Face's <c>rope_scaling</c>.</summary>
public sealed record RotaryScaling
{
    /// <summary>Which rule.</summary>
    public required RotaryScalingKind Kind { get; init; }

    /// <summary>By how much the context grew.</summary>
    public required double Factor { get; init; }

    /// <summary>Llama 3: waves longer than the original context divided by this are divided by <see cref="Factor"/>.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: waves shorter than the original context divided by this are kept.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>Llama 3: the context the model was first trained on, in tokens.</summary>
    public int OriginalContext { get; init; } = 8192;
}
