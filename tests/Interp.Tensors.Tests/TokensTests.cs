namespace Interp.Tensors.Tests;

public class TokensTests
{
    [Fact]
    public void Rows_make_a_batch()
    {
        Tokens tokens = Tokens.FromRows([1, 2, 3], [4, 5, 6]);
        Assert.Equal((2, 3), (tokens.Batch, tokens.Positions));
        Assert.Equal([4, 5, 6], tokens.Row(1).ToArray());
        Assert.Equal(6, tokens[1, 2]);
        Assert.Equal([1, 2, 3, 4, 5, 6], tokens.Ids.ToArray());
    }

    [Fact]
    public void One_array_is_one_row_and_is_copied()
    {
        int[] row = [7, 8];
        Tokens tokens = row;
        row[0] = 0;
        Assert.Equal([7, 8], tokens.Row(0).ToArray());
    }

    [Fact]
    public void Rows_of_different_lengths_are_refused()
    {
        Assert.Contains("3 and 2", Assert.Throws<ArgumentException>(() => Tokens.FromRows([1, 2, 3], [4, 5])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tokens.FromRows());
        Assert.Contains("[2, 2]", Assert.Throws<ArgumentException>(() => new Tokens([1, 2, 3], 2, 2)).Message, StringComparison.Ordinal);
    }
}
