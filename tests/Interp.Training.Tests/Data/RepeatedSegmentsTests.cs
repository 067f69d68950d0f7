using Interp.Data;

namespace Interp.Training.Tests.Data;

public class RepeatedSegmentsTests
{
    private const int Context = 64;

    private static readonly RepeatedSegments s_recipe = new();

    [Fact]
    public void Rows_repeat_after_their_offset_with_a_period_and_offset_that_vary()
    {
        ITokenSource source = s_recipe.Open(1, Context);
        HashSet<int> periods = [], offsets = [];
        for (int i = 0; i < 400; i++)
        {
            int[] row = new int[Context];
            source.TrainingRow(i, row);
            (int period, int offset) = Repetition(row);
            periods.Add(period);
            offsets.Add(offset);
        }
        Assert.Equal(Enumerable.Range(12, 13), periods.Order());
        Assert.Superset(Enumerable.Range(1, 12).ToHashSet(), offsets);
    }

    [Fact]
    public void Tokens_are_uniform()
    {
        ITokenSource source = s_recipe.Open(2, Context);
        int[] counts = new int[source.Vocabulary];
        foreach (int id in source.Batch(0, 2000).Ids) counts[id]++;

        // 1,000 a token; a segment repeats 2 to 5 times, so a count's standard deviation is up to √(5·1000) ≈ 70: within 6 of them.
        Assert.All(counts, c => Assert.InRange(c, 580, 1420));
    }

    [Fact]
    public void Bad_parameters_are_named()
    {
        Assert.Contains("too short", Assert.Throws<ArgumentException>(() => s_recipe.Open(1, 36)).Message, StringComparison.Ordinal);
        Assert.Contains("24 to 12", Assert.Throws<ArgumentException>(() => (s_recipe with { MinPeriod = 24, MaxPeriod = 12 }).Open(1, 64)).Message, StringComparison.Ordinal);
    }

    /// <summary>The smallest period with which the end of the row repeats, and where that begins (up to chance agreements before it).</summary>
    private static (int Period, int Offset) Repetition(int[] row)
    {
        for (int period = s_recipe.MinPeriod; period <= s_recipe.MaxPeriod; period++)
        {
            int i = row.Length - 1;
            while (i >= period && row[i] == row[i - period]) i--;
            if (i < s_recipe.MaxOffset + period) return (period, i - period + 1);
        }
        Assert.Fail($"The row does not repeat: {string.Join(' ', row)}");
        return default;
    }
}
