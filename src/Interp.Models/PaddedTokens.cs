namespace Interp;

/// <summary>Rows of different lengths in one batch, the short ones padded on the right.</summary>
/// <remarks>
/// Under causal attention nothing depends on what follows it, so every activation, logit and loss before a row's end is exactly what the row alone
/// would give; what stands at the padding means nothing.
/// </remarks>
/// <param name="Tokens">[batch, longest row]</param>
/// <param name="Lengths">The number of tokens in each row.</param>
public sealed record PaddedTokens(Tokens Tokens, IReadOnlyList<int> Lengths)
{
    /// <summary>Pads rows to the length of the longest.</summary>
    /// <param name="rows">At least one row, each of at least one token.</param>
    /// <param name="padToken">Any id of the vocabulary.</param>
    /// <exception cref="ArgumentException">There is no row, or one is empty.</exception>
    public static PaddedTokens FromRows(IReadOnlyList<int[]> rows, int padToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));
        int longest = rows.Max(row => row.Length);
        int[] ids = new int[rows.Count * longest];
        Array.Fill(ids, padToken);
        for (int b = 0; b < rows.Count; b++)
        {
            if (rows[b].Length == 0) throw new ArgumentException($"Row {b} has no tokens.", nameof(rows));
            rows[b].CopyTo(ids, b * longest);
        }
        return new PaddedTokens(new Tokens(ids, rows.Count, longest), [.. rows.Select(row => row.Length)]);
    }

    /// <summary>1 where <see cref="IHookedModel.Losses"/> of <see cref="Tokens"/> speaks of a row's own tokens, 0 where of padding: [batch, position − 1].</summary>
    public Tensor LossMask()
    {
        int losses = Tokens.Positions - 1;
        Tensor mask = Tensor.Zeros(Tokens.Batch, losses);
        for (int b = 0; b < Tokens.Batch; b++) mask.Span.Slice(b * losses, Lengths[b] - 1).Fill(1);
        return mask;
    }
}
