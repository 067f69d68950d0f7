namespace Interp;

/// <summary>The names that a misspelt one may have meant.</summary>
internal static class Closest
{
    /// <summary>The <paramref name="count"/> names with the smallest edit distance, closest first.</summary>
    public static IEnumerable<string> To(string misspelt, IEnumerable<string> names, int count) =>
        names.OrderBy(name => EditDistance(misspelt, name)).Take(count);

    private static int EditDistance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
