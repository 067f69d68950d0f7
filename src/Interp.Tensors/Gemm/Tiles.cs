using Interp.Simd;

namespace Interp.Gemm;

/// <summary>Calls the kernel that was compiled for a tile's size.</summary>
internal static class Tiles<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>Computes a tile of <paramref name="rows"/> × <paramref name="vectors"/> (1 or 2) vectors.</summary>
    public static void Run(int rows, int vectors, in TileOperands tile)
    {
        if (vectors == 2) Run<Size.N2>(rows, tile);
        else Run<Size.N1>(rows, tile);
    }

    private static void Run<TVectors>(int rows, in TileOperands tile)
        where TVectors : struct, ISize
    {
        switch (rows)
        {
            case 1: Tile<S, V, Size.N1, TVectors>.Run(tile); break;
            case 2: Tile<S, V, Size.N2, TVectors>.Run(tile); break;
            case 3: Tile<S, V, Size.N3, TVectors>.Run(tile); break;
            case 4: Tile<S, V, Size.N4, TVectors>.Run(tile); break;
            case 5: Tile<S, V, Size.N5, TVectors>.Run(tile); break;
            case 6: Tile<S, V, Size.N6, TVectors>.Run(tile); break;
            case 7: Tile<S, V, Size.N7, TVectors>.Run(tile); break;
            case 8: Tile<S, V, Size.N8, TVectors>.Run(tile); break;
            case 9: Tile<S, V, Size.N9, TVectors>.Run(tile); break;
            case 10: Tile<S, V, Size.N10, TVectors>.Run(tile); break;
            case 11: Tile<S, V, Size.N11, TVectors>.Run(tile); break;
            case 12: Tile<S, V, Size.N12, TVectors>.Run(tile); break;
            case 13: Tile<S, V, Size.N13, TVectors>.Run(tile); break;
            case 14: Tile<S, V, Size.N14, TVectors>.Run(tile); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }
}
