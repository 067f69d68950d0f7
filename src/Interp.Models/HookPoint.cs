using System.IO.Enumeration;

namespace Interp;

/// <summary>A named place in the forward pass. The names are TransformerLens's.</summary>
/// <param name="Name">The full name: <c>blocks.0.attn.hook_pattern</c>.</param>
/// <param name="Axes">The axes of the activation, outermost first: <c>batch head query key</c>.</param>
/// <param name="OnDemand">Computed only when a pattern ends with its last part: <c>hook_result</c> is as large as all heads' outputs unsummed.</param>
public sealed record HookPoint(string Name, string Axes, bool OnDemand = false)
{
    /// <summary>The place in forward order, from 0.</summary>
    public int Index { get; internal init; }

    /// <summary>All points of a model, in forward order.</summary>
    public static IReadOnlyList<HookPoint> Of(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Blocks.Blueprint.Outline(config).Points;
    }

    /// <summary>The points that a name or glob (<c>*</c> any run of characters, <c>?</c> any one) meets, in forward order.</summary>
    /// <exception cref="ArgumentException">None: the message names the closest ones.</exception>
    public static IReadOnlyList<HookPoint> Select(IReadOnlyList<HookPoint> points, string pattern)
    {
        ArgumentNullException.ThrowIfNull(points);
        HookPoint[] met = [.. points.Where(p => p.IsMetBy(pattern))];
        if (met.Length > 0) return met;
        string close = string.Join(", ", Closest.To(pattern, points.Select(p => p.Name), 4));
        throw new ArgumentException($"No hook point of this model is named '{pattern}'. Close: {close}.", nameof(pattern));
    }

    /// <summary>The activation's shape in a run.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="batch">Rows of tokens.</param>
    /// <param name="positions">Positions a row.</param>
    public int[] Shape(TransformerConfig config, int batch, int positions)
    {
        ArgumentNullException.ThrowIfNull(config);
        return [.. Axes.Split(' ').Select(axis => axis switch
        {
            "batch" => batch,
            "pos" or "query" or "key" => positions,
            "head" => config.Heads,
            "kv_head" => config.KeyValueHeads,
            "d_head" => config.DHead,
            "d_model" => config.DModel,
            "d_mlp" => config.DMlp,
            _ => 1,
        })];
    }

    private bool IsMetBy(string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, Name, ignoreCase: false)
        && (!OnDemand || pattern.EndsWith(Name[(Name.LastIndexOf('.') + 1)..], StringComparison.Ordinal));
}
