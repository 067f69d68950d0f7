namespace Interp.Gemm;

/// <summary>Calls the kernel that was compiled for a tile's size.</summary>
internal static class Tiles<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
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
            case 1: Tile<TSimd, TVector, Size.N1, TVectors>.Run(tile); break;
            case 2: Tile<TSimd, TVector, Size.N2, TVectors>.Run(tile); break;
            case 3: Tile<TSimd, TVector, Size.N3, TVectors>.Run(tile); break;
            case 4: Tile<TSimd, TVector, Size.N4, TVectors>.Run(tile); break;
            case 5: Tile<TSimd, TVector, Size.N5, TVectors>.Run(tile); break;
            case 6: Tile<TSimd, TVector, Size.N6, TVectors>.Run(tile); break;
            case 7: Tile<TSimd, TVector, Size.N7, TVectors>.Run(tile); break;
            case 8: Tile<TSimd, TVector, Size.N8, TVectors>.Run(tile); break;
            case 9: Tile<TSimd, TVector, Size.N9, TVectors>.Run(tile); break;
            case 10: Tile<TSimd, TVector, Size.N10, TVectors>.Run(tile); break;
            case 11: Tile<TSimd, TVector, Size.N11, TVectors>.Run(tile); break;
            case 12: Tile<TSimd, TVector, Size.N12, TVectors>.Run(tile); break;
            case 13: Tile<TSimd, TVector, Size.N13, TVectors>.Run(tile); break;
            case 14: Tile<TSimd, TVector, Size.N14, TVectors>.Run(tile); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }
}
