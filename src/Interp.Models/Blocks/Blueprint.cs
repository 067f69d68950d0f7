namespace Interp.Blocks;

/// <summary>What a model is made of, collected while its blocks are built: each block names its own parameters and hook points, in forward order.</summary>
/// <param name="config">The model's configuration.</param>
/// <param name="source">Gives the parameter of a name and shape.</param>
internal sealed class Blueprint(TransformerConfig config, Func<string, int[], Tensor> source)
{
    private readonly List<HookPoint> _points = [];

    public TransformerConfig Config => config;

    public IReadOnlyList<HookPoint> Points => _points;

    /// <summary>Names and shapes of a model's parameters and its hook points, without any weights.</summary>
    public static (IReadOnlyList<ParameterShape> Parameters, IReadOnlyList<HookPoint> Points) Outline(TransformerConfig config)
    {
        List<ParameterShape> parameters = [];
        Tensor absent = Tensor.Empty(0);
        Blueprint blueprint = new(config.Validate(), (name, shape) =>
        {
            parameters.Add(new ParameterShape(name, shape));
            return absent;
        });
        _ = new Network(blueprint);
        return (parameters, blueprint.Points);
    }

    public Tensor Parameter(string name, params int[] shape) => source(name, shape);

    /// <summary>A parameter that only some configurations have.</summary>
    public Tensor? Parameter(bool exists, string name, params int[] shape) => exists ? source(name, shape) : null;

    public HookPoint Point(string name, string axes, bool onDemand = false)
    {
        HookPoint point = new(name, axes, onDemand) { Index = _points.Count };
        _points.Add(point);
        return point;
    }
}
