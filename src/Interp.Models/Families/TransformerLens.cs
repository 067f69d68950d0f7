using Interp.Files;

namespace Interp.Families;

/// <summary>TransformerLens state dicts: tensors under the names and in the shapes that are used here.</summary>
internal static class TransformerLens
{
    /// <summary>Masks and tables that TransformerLens keeps as buffers, and the optimiser's state in checkpoints of training runs.</summary>
    public static IReadOnlyList<string> Ignored { get; } =
        ["blocks.{l}.attn.mask", "blocks.{l}.attn.IGNORE", "blocks.{l}.attn.rotary_sin", "blocks.{l}.attn.rotary_cos", "adamw.*"];

    public static IEnumerable<WeightRule> Rules(TransformerConfig config) => ParameterShape.Of(config).Select(p => new WeightRule(p.Name, null, p.Name));
}
