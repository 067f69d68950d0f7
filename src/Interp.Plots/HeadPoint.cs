namespace Interp;

/// <summary>Two scores of one attention head, or one score where <see cref="Y"/> is not used.</summary>
/// <param name="Layer">The head's layer, from 0.</param>
/// <param name="Head">The head, from 0.</param>
/// <param name="X">The first score.</param>
/// <param name="Y">The second score.</param>
/// <param name="Kind">What kind of head it is, one of <see cref="HeadKinds"/>.</param>
/// <param name="Model">The model it belongs to, where several are drawn together.</param>
/// <param name="Layers">The number of layers of that model; 0 when it does not matter.</param>
public sealed record HeadPoint(int Layer, int Head, double X, double Y = double.NaN, string? Kind = null, string? Model = null, int Layers = 0)
{
    /// <summary>"1.4": layer.head.</summary>
    public string Name => $"{Layer}.{Head}";
}
