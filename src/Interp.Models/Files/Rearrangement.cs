using System.Globalization;

namespace Interp.Files;

/// <summary>How a tensor of one layout becomes one of another: <c>"(3 head d_head) d_model -> 3 head d_model d_head"</c>.</summary>
/// <remarks>
/// Each side lists axes, outermost first; parentheses group axes that are one axis of the tensor, the last of them varying fastest. Both sides have the
/// same axes, so that every rearrangement can be undone. An axis is a number or a name: <c>vocab</c>, <c>pos</c>, <c>d_model</c>, <c>head</c>, <c>kv_head</c>, <c>d_head</c>, <c>d_mlp</c>.
/// </remarks>
internal sealed class Rearrangement
{
    private readonly string _pattern;
    private readonly int[] _sizes;
    private readonly int[] _order;
    private readonly int[] _sourceShape;
    private readonly int[] _targetShape;

    /// <param name="pattern">The pattern.</param>
    /// <param name="config">Gives the named axes their sizes.</param>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public Rearrangement(string pattern, TransformerConfig config)
    {
        _pattern = pattern;
        string[] sides = pattern.Split("->");
        if (sides.Length != 2) throw Malformed("it needs one '->'");
        List<string> from = [], to = [];
        List<int> fromGroups = Parse(sides[0], from), toGroups = Parse(sides[1], to);
        if (from.Distinct().Count() != from.Count || !from.Order(StringComparer.Ordinal).SequenceEqual(to.Order(StringComparer.Ordinal)))
            throw Malformed("both sides need the same axes, each once");
        _sizes = [.. from.Select(axis => SizeOf(axis, config))];
        _order = [.. to.Select(axis => from.IndexOf(axis))];
        _sourceShape = Shape(fromGroups, _sizes);
        _targetShape = Shape(toGroups, [.. _order.Select(i => _sizes[i])]);
    }

    /// <summary>The shape before.</summary>
    public ReadOnlySpan<int> SourceShape => _sourceShape;

    /// <summary>The shape after.</summary>
    public ReadOnlySpan<int> TargetShape => _targetShape;

    /// <summary>Whether no element moves.</summary>
    public bool KeepsOrder => _order.Where(axis => _sizes[axis] != 1).SequenceEqual(_order.Where(axis => _sizes[axis] != 1).Order());

    /// <summary>From the layout on the left to the one on the right.</summary>
    public Tensor Apply(Tensor source) => KeepsOrder ? source.Reshape(_targetShape) : Ops.Permute(source.Reshape(_sizes), _order).Reshape(_targetShape);

    /// <summary>From the layout on the right to the one on the left.</summary>
    public Tensor Undo(Tensor target)
    {
        if (KeepsOrder) return target.Reshape(_sourceShape);
        int[] inverse = new int[_order.Length];
        for (int i = 0; i < inverse.Length; i++) inverse[_order[i]] = i;
        return Ops.Permute(target.Reshape([.. _order.Select(i => _sizes[i])]), inverse).Reshape(_sourceShape);
    }

    /// <inheritdoc/>
    public override string ToString() => _pattern;

    /// <summary>Adds the axes of a side and returns the number of them in each axis of the tensor.</summary>
    private List<int> Parse(string side, List<string> axes)
    {
        List<int> groups = [];
        bool inside = false;
        foreach (string word in side.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "(" or ")")
            {
                if (inside == (word == "(")) throw Malformed("parentheses do not match");
                inside = !inside;
                if (inside) groups.Add(0);
                continue;
            }
            axes.Add(word);
            if (inside) groups[^1]++;
            else groups.Add(1);
        }
        if (inside) throw Malformed("parentheses do not match");
        return groups;
    }

    private static int[] Shape(List<int> groups, int[] sizes)
    {
        int[] shape = new int[groups.Count];
        for (int g = 0, axis = 0; g < shape.Length; g++)
        {
            long size = 1;
            for (int i = 0; i < groups[g]; i++) size = Math.Min(size * sizes[axis++], int.MaxValue);
            shape[g] = (int)size;
        }
        return shape;
    }

    private int SizeOf(string axis, TransformerConfig config) => axis switch
    {
        "vocab" => config.Vocabulary,
        "pos" => config.Context,
        "d_model" => config.DModel,
        "head" => config.Heads,
        "kv_head" => config.KeyValueHeads,
        "d_head" => config.DHead,
        "d_mlp" => config.DMlp,
        _ => int.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
            ? size
            : throw Malformed($"'{axis}' is neither a number nor one of vocab, pos, d_model, head, kv_head, d_head, d_mlp"),
    };

    private FormatException Malformed(string why) => new($"the pattern '{_pattern}' is malformed: {why}.");
}
