namespace Interp;

/// <summary>A number of one attention head at each of several snapshots.</summary>
/// <param name="Layer">The head's layer, from 0.</param>
/// <param name="Head">The head, from 0.</param>
/// <param name="Values">One value a snapshot.</param>
/// <param name="Kind">What kind of head it is at the end of training, one of <see cref="HeadKinds"/>, where kinds are coloured.</param>
public sealed record HeadCurve(int Layer, int Head, IReadOnlyList<double> Values, string? Kind = null)
{
    /// <summary>"1.4": layer.head.</summary>
    public string Name => $"{Layer}.{Head}";
}
