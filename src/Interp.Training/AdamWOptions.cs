namespace Interp;

/// <summary>The constants of <see cref="AdamW"/>.</summary>
public sealed record AdamWOptions
{
    /// <summary>The decay of the mean of gradients.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>The decay of the mean of squared gradients.</summary>
    public float Beta2 { get; init; } = 0.98f;

    /// <summary>Added to the root of the mean square.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Each step multiplies the weight matrices (not biases, gains or smearing factors) by 1 − rate·this.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>The largest norm of all gradients together; longer ones are scaled down to it. 0 never scales.</summary>
    public float ClipNorm { get; init; } = 1f;
}
