namespace Interp;

/// <summary>How a model stretches its rotary angles beyond the context it was first trained on.</summary>
public enum RotaryScalingKind
{
    /// <summary>Every frequency is divided by the factor.</summary>
    Linear,

    /// <summary>Low frequencies are divided by the factor, high ones kept, those between interpolated (Llama 3; TransformerLens's "NTK by parts").</summary>
    Llama3,
}

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
