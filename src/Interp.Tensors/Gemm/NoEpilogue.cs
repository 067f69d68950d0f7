namespace Interp.Gemm;

/// <summary>Leaves the product as it is.</summary>
public readonly struct NoEpilogue : IEpilogue
{
    /// <inheritdoc/>
    public void Apply(in ProductTile tile)
    {
    }
}
