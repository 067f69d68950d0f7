namespace Interp;

/// <summary>Per-token losses without ablation and with each head ablated in turn.</summary>
public sealed class AblatedLosses
{
    private readonly Tensor[] _ablated;
    private readonly int _headsInLayer;

    internal AblatedLosses(Tensor clean, Tensor[] ablated, int headsInLayer) => (Clean, _ablated, _headsInLayer) = (clean, ablated, headsInLayer);

    /// <summary>The losses without ablation [batch, position − 1].</summary>
    public Tensor Clean { get; }

    /// <summary>The losses with a head ablated [batch, position − 1].</summary>
    public Tensor this[HeadId head] => _ablated[(head.Layer * _headsInLayer) + head.Head];

    /// <summary>How far ablating each head moves a metric of the losses: metric(ablated) − metric(clean), [layer, head].</summary>
    /// <example><code>double[,] effect = ablated.Effects(losses => InContextScore.Of(losses));</code></example>
    public double[,] Effects(Func<Tensor, double> metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        double clean = metric(Clean);
        double[,] effects = new double[_ablated.Length / _headsInLayer, _headsInLayer];
        for (int i = 0; i < _ablated.Length; i++) effects[i / _headsInLayer, i % _headsInLayer] = metric(_ablated[i]) - clean;
        return effects;
    }
}
