namespace Interp;

/// <summary>A batch of token ids, [batch, position], row-major.</summary>
public sealed class Tokens
{
    private readonly int[] _ids;

    /// <summary>Wraps <paramref name="ids"/> (row-major, not copied) as [<paramref name="batch"/>, <paramref name="positions"/>].</summary>
    public Tokens(int[] ids, int batch, int positions)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (batch < 1 || positions < 1 || (long)batch * positions != ids.Length)
            throw new ArgumentException($"{ids.Length} token ids do not make [{batch}, {positions}].", nameof(ids));
        (_ids, Batch, Positions) = (ids, batch, positions);
    }

    /// <summary>The number of rows.</summary>
    public int Batch { get; }

    /// <summary>The number of positions in every row.</summary>
    public int Positions { get; }

    /// <summary>All ids, row-major.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>One row's ids.</summary>
    public ReadOnlySpan<int> Row(int b) => _ids.AsSpan(b * Positions, Positions);

    /// <summary>One token id.</summary>
    public int this[int b, int position] => _ids[(b * Positions) + position];

    /// <summary>Rows of one length as a batch.</summary>
    public static Tokens FromRows(params IReadOnlyList<int[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));
        foreach (int[] row in rows)
            if (row.Length != rows[0].Length)
                throw new ArgumentException($"Rows of one length are needed: found {rows[0].Length} and {row.Length} tokens.", nameof(rows));
        return new Tokens([.. rows.SelectMany(r => r)], rows.Count, rows[0].Length);
    }

    /// <summary>One row.</summary>
    public static implicit operator Tokens(int[] row) => new((int[])row.Clone(), 1, row.Length);
}
