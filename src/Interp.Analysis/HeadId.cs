using System.Globalization;

namespace Interp;

/// <summary>A head, by layer and number; <c>(5, 1)</c> converts to it and it prints as <c>5.1</c>.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Head">The head's number in its layer, from 0.</param>
public readonly record struct HeadId(int Layer, int Head)
{
    /// <summary>A pair as a head.</summary>
    public static implicit operator HeadId((int Layer, int Head) pair) => new(pair.Layer, pair.Head);

    /// <summary>All heads of a model, layer by layer.</summary>
    public static IEnumerable<HeadId> All(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        for (int l = 0; l < config.Layers; l++)
            for (int h = 0; h < config.Heads; h++) yield return new(l, h);
    }

    /// <summary>A pair as a head.</summary>
    public static HeadId FromValueTuple((int Layer, int Head) pair) => pair;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Layer}.{Head}");

    internal void Check(TransformerConfig config)
    {
        if ((uint)Layer >= (uint)config.Layers || (uint)Head >= (uint)config.Heads)
            throw new ArgumentException($"There is no head {this}: the model has {config.Layers} layers of {config.Heads} heads.");
    }
}
