namespace Interp.Interventions;

/// <summary>Where a component lives and how its activation is cut into units: positions, heads, or both.</summary>
internal sealed record PatchPoint(PatchComponent Component, bool ByPosition)
{
    /// <summary>True where the units have a head.</summary>
    public bool HasHeads => Component >= PatchComponent.HeadOutput;

    /// <summary>True where the units have a position.</summary>
    public bool HasPositions => !HasHeads || ByPosition;

    /// <summary>The hook point in a layer.</summary>
    public string Name(int layer) => $"blocks.{layer}." + Component switch
    {
        PatchComponent.ResidPre => "hook_resid_pre",
        PatchComponent.ResidMid => "hook_resid_mid",
        PatchComponent.AttentionOut => "hook_attn_out",
        PatchComponent.MlpOut => "hook_mlp_out",
        PatchComponent.HeadOutput => "attn.hook_z",
        PatchComponent.HeadQuery => "attn.hook_q",
        PatchComponent.HeadKey => "attn.hook_k",
        PatchComponent.HeadValue => "attn.hook_v",
        _ => "attn.hook_pattern",
    };

    /// <summary>The number of heads at the point.</summary>
    public int Heads(TransformerConfig config) =>
        !HasHeads ? 1 : Component is PatchComponent.HeadKey or PatchComponent.HeadValue ? config.KeyValueHeads : config.Heads;

    /// <summary>A variant's number in <see cref="UnitShape"/>.</summary>
    public int Unit(Variant variant, TransformerConfig config) =>
        !HasHeads ? variant.Position : ByPosition ? (variant.Position * Heads(config)) + variant.Head.Head : variant.Head.Head;

    /// <summary>All variants of a layer, in the order of <see cref="UnitShape"/>.</summary>
    public IEnumerable<Variant> Variants(TransformerConfig config, int layer, int positions) =>
        !HasHeads ? Enumerable.Range(0, positions).Select(p => new Variant((layer, -1), p))
        : ByPosition ? Enumerable.Range(0, positions).SelectMany(p => Enumerable.Range(0, Heads(config)).Select(h => new Variant((layer, h), p)))
        : Enumerable.Range(0, Heads(config)).Select(h => new Variant((layer, h), -1));

    /// <summary>The sizes of the result's axes after the layer: [position], [head] or [position, head].</summary>
    public int[] UnitShape(TransformerConfig config, int positions) =>
        !HasHeads ? [positions] : ByPosition ? [positions, Heads(config)] : [Heads(config)];

    /// <summary>The unit's parts of one row of the activation, as (start, length) in elements.</summary>
    /// <param name="unit">Its number in <see cref="UnitShape"/>, row-major.</param>
    /// <param name="shape">The activation's shape: [batch, position, (head,) width], or [batch, head, query, key].</param>
    public IEnumerable<(int Start, int Length)> Parts(int unit, int[] shape)
    {
        if (!HasHeads)
        {
            yield return (unit * shape[2], shape[2]);
            yield break;
        }
        bool pattern = Component == PatchComponent.HeadPattern;
        int heads = pattern ? shape[1] : shape[2], positions = pattern ? shape[2] : shape[1], width = shape[3];
        int head = unit % heads, first = ByPosition ? unit / heads : 0, last = ByPosition ? first : positions - 1;
        for (int p = first; p <= last; p++) yield return ((pattern ? (head * positions) + p : (p * heads) + head) * width, width);
    }
}
