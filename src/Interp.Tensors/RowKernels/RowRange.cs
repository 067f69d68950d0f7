namespace Interp.RowKernels;

/// <summary>How rows are cut for threads.</summary>
internal static class RowRange
{
    // About 10 µs of exponentials: well above what starting a thread costs.
    private const int Elements = 1 << 14;

    /// <summary>Rows of <paramref name="columns"/> elements for one thread at a time.</summary>
    public static int Grain(int columns) => Math.Max(1, Elements / Math.Max(1, columns));
}
