namespace Interp;

/// <summary>What takes the place of an ablated head's result. Everything after the head recomputes, but for <see cref="PatternPreserving"/>.</summary>
public enum AblationKind
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>The head's mean over the batch and positions of the reference (by default the evaluated tokens themselves).</summary>
    Mean,

    /// <summary>What the head computes on the reference, row by row and position by position.</summary>
    Resample,

    /// <summary>Zero, with the attention patterns of all layers forced to those of the unablated run (Olsson et al. 2022).</summary>
    PatternPreserving,
}
