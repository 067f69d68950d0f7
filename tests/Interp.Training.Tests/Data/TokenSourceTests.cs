using Interp.Data;

namespace Interp.Training.Tests.Data;

/// <summary>What holds for every source.</summary>
public class TokenSourceTests
{
    private const int Context = 48;

    public static TheoryData<DataRecipe> Recipes => [new RepeatedSegments(), new EntityText()];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_batch_is_a_pure_function_of_seed_and_step(DataRecipe recipe)
    {
        ITokenSource first = recipe.Open(5, Context), second = recipe.Open(5, Context);
        Tokens expected = first.Batch(17, 8);
        for (int step = 20; step > 10; step--) second.Batch(step, 8);
        Assert.Equal(expected.Ids.ToArray(), second.Batch(17, 8).Ids.ToArray());
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Batches_follow_each_other_without_repeating_rows(DataRecipe recipe)
    {
        ITokenSource source = recipe.Open(5, Context);
        HashSet<string> rows = [];
        for (int step = 0; step < 50; step++)
        {
            Tokens batch = source.Batch(step, 8);
            for (int b = 0; b < 8; b++) Assert.True(rows.Add(string.Join(' ', batch.Row(b).ToArray())));
        }
        Assert.Equal(source.Batch(0, 16).Row(8).ToArray(), source.Batch(1, 8).Row(0).ToArray());
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Evaluation_rows_are_fixed_and_not_training_rows(DataRecipe recipe)
    {
        ITokenSource source = recipe.Open(5, Context);
        Tokens evaluation = source.Evaluation(16);
        Assert.Equal(evaluation.Ids.ToArray(), recipe.Open(5, Context).Evaluation(32).Ids[..(16 * Context)].ToArray());
        Assert.NotEqual(evaluation.Ids.ToArray(), source.Batch(0, 16).Ids.ToArray());
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Ids_are_in_the_vocabulary_and_the_seed_matters(DataRecipe recipe)
    {
        ITokenSource source = recipe.Open(5, Context);
        Tokens batch = source.Batch(0, 64);
        Assert.All(batch.Ids.ToArray(), id => Assert.InRange(id, 0, source.Vocabulary - 1));
        Assert.NotEqual(batch.Ids.ToArray(), recipe.Open(6, Context).Batch(0, 64).Ids.ToArray());
    }

    [Fact]
    public void A_batch_of_partial_rows_is_refused() => Assert.Contains(
        "rows of 48 tokens cannot have 50", Assert.Throws<ArgumentException>(() => new EntityText().Open(1, Context).FillBatch(0, new int[50])).Message, StringComparison.Ordinal);
}
