namespace Interp.Tensors.Tests.Ops;

public class EmbeddingTests
{
    [Fact]
    public void Embedding_looks_rows_up_and_its_gradient_adds_those_of_repeated_tokens()
    {
        // Copies are exact; a row's gradient sums at most 3 terms.
        Tensor table = Tensor.Normal(new Rng(1), 1, 6, 19);
        var tokens = new Tokens([5, 0, 5, 2, 2, 5], 2, 3);
        GradientCheck.Matches(
            t => Interp.Ops.Embedding(t[0], tokens), t => [.. tokens.Ids.ToArray().SelectMany(id => t[0].Skip(id * 19).Take(19))], 1e-12, 1e-6, table);
        Assert.Equal([2, 3, 19], Interp.Ops.Embedding(table, tokens).Shape.ToArray());
        Assert.All(table.Grad!.Select(1).Span.ToArray(), g => Assert.Equal(0, g));
    }

    [Fact]
    public void A_token_without_a_row_is_named_with_its_place()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => Interp.Ops.Embedding(Tensor.Zeros(4, 2), new Tokens([0, 1, 2, 4], 2, 2)));
        Assert.Contains("row 1, position 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("table of 4", error.Message, StringComparison.Ordinal);
    }
}
