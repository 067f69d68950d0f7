namespace Interp;

/// <summary>How a model stretches its rotary angles beyond the context it was first trained on.</summary>
public enum RotaryScalingKind
{
    /// <summary>Every frequency is divided by the factor.</summary>
    Linear,

    /// <summary>Low frequencies are divided by the factor, high ones kept, those between interpolated (Llama 3; TransformerLens's "NTK by parts").</summary>
    Llama3,
}
