using Interp.Blocks;

namespace Interp.Passes;

/// <summary>One run through the blocks: its hooks, its place in the sequence, and what it keeps from the run before.</summary>
internal sealed class Pass
{
    private readonly PointHooks?[]? _hooks;
    private (Tensor Cos, Tensor Sin) _rotation;

    /// <param name="points">The model's hook points.</param>
    /// <param name="hooks">The run's hooks.</param>
    /// <exception cref="ArgumentException">A hook names no point.</exception>
    public Pass(IReadOnlyList<HookPoint> points, Hooks? hooks)
    {
        if (hooks is null || hooks.IsEmpty) return;
        _hooks = new PointHooks?[points.Count];
        foreach (Hooks.Entry entry in hooks.Entries)
        {
            if (entry.Kind == Hooks.EntryKind.Backward && !Autograd.Enabled)
                throw new InvalidOperationException($"The backward hook on '{entry.Pattern}' needs gradients, and this run is under Autograd.NoGrad().");
            foreach (HookPoint point in HookPoint.Select(points, entry.Pattern))
                (_hooks[point.Index] ??= new PointHooks()).Add(entry);
        }
    }

    /// <summary>The keys and values of the positions before, in a continued run.</summary>
    public KeyValueCache? Past { get; init; }

    /// <summary>The position of the run's first token.</summary>
    public int FirstPosition => Past?.Positions ?? 0;

    /// <summary>True where something happens at the point.</summary>
    public bool Wants(HookPoint point) => _hooks?[point.Index] is not null;

    /// <summary>True where the activation may be replaced or its gradient is wanted, so that a read-only copy of it will not do.</summary>
    public bool Changes(HookPoint point) => _hooks?[point.Index] is { Changes: true };

    /// <summary>What will stand at the point, of the given shape, whatever is computed; null where that depends on what is computed.</summary>
    public Tensor? Forced(HookPoint point, params ReadOnlySpan<int> shape) => _hooks?[point.Index]?.Forced(point.Name, shape);

    /// <summary>The activation after the point's hooks.</summary>
    public Tensor At(HookPoint point, Tensor activation) =>
        _hooks?[point.Index] is { } hooks ? hooks.Apply(point.Name, activation) : activation;

    /// <summary>The rotary tables for the run's <paramref name="positions"/>, made before the first block.</summary>
    public void Prepare(Rotation? rotation, int positions)
    {
        if (rotation is not null) _rotation = rotation.Tables(FirstPosition, positions);
    }

    /// <summary>cos and sin [p, dims/2] for the run's positions.</summary>
    public (Tensor Cos, Tensor Sin) Rotation => _rotation;
}
