namespace Interp.Gemm;

/// <summary>What happens to the elements of a product while they are hot in the cache.</summary>
/// <remarks>
/// In <see cref="MatrixProduct.Multiply{TEpilogue}"/> it changes the stored result in place: every element comes once, tiles come in any
/// order and on several threads at once. In <see cref="MatrixProduct.Stream{TEpilogue}"/> the tile is scratch that is forgotten
/// afterwards: the tiles of one row come on one thread, in ascending order of columns, cut at places that depend on the shapes alone;
/// so what is accumulated for each row has the same bits at any thread count. The struct is shared by all threads:
/// its state is behind pointers, and it writes only what belongs to the tile's rows (or, when storing, elements).
/// </remarks>
public interface IEpilogue
{
    /// <summary>Handles one tile.</summary>
    void Apply(in ProductTile tile);
}
