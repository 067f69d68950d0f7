namespace Interp.Passes;

/// <summary>Collects the selected activations of a run for the scope that is open when it is made.</summary>
internal sealed class Recorder
{
    private readonly TensorScope? _scope = TensorScope.Current;
    private readonly Dictionary<string, Tensor> _kept = [];

    public Recorder(IReadOnlyList<HookPoint> points, IReadOnlyList<string> select)
    {
        ArgumentNullException.ThrowIfNull(select);
        Selected = [.. select.SelectMany(pattern => HookPoint.Select(points, pattern)).Distinct().OrderBy(point => point.Index)];
    }

    /// <summary>The selected points, each once, in forward order.</summary>
    public HookPoint[] Selected { get; }

    public void Keep(Tensor activation, string name)
    {
        TensorScope.Lift(activation, _scope);
        _kept[name] = activation;
    }

    /// <summary>What was kept, in forward order.</summary>
    public ActivationCache ToCache() => new(
        Selected.Where(point => _kept.ContainsKey(point.Name)).Select(point => KeyValuePair.Create(point.Name, _kept[point.Name])));
}
