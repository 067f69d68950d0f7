namespace Interp.Reports;

/// <summary>A measure of every snapshot as a matrix, for heatmaps.</summary>
internal static class SnapshotMatrix
{
    /// <summary>[snapshots, positions].</summary>
    public static float[,] Of(IReadOnlyList<Snapshot> snapshots, Func<Snapshot, float[]> row)
    {
        float[][] rows = [.. snapshots.Select(row)];
        float[,] matrix = new float[rows.Length, rows[0].Length];
        for (int n = 0; n < rows.Length; n++)
            for (int i = 0; i < rows[n].Length; i++)
                matrix[n, i] = rows[n][i];
        return matrix;
    }
}
