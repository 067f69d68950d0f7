using Interp.Data;

namespace Interp.Training.Tests.Data;

public class EntityTextTests
{
    private const int Context = 96;

    [Fact]
    public void Without_entities_each_token_has_8_successors_with_frequencies_1_over_rank()
    {
        ITokenSource source = new EntityText { EntityProbability = 0 }.Open(1, Context);
        int[,] followers = Followers(source, rows: 4000);
        double[] byRank = new double[8];
        for (int token = 0; token < source.Vocabulary; token++)
        {
            int[] counts = [.. Enumerable.Range(0, source.Vocabulary).Select(next => followers[token, next]).OrderDescending()];
            Assert.True(counts.Sum() > 100, $"token {token} occurs {counts.Sum()} times");
            Assert.All(counts[8..], c => Assert.Equal(0, c));
            for (int r = 0; r < 8; r++) byRank[r] += counts[r];
        }
        double total = byRank.Sum(), harmonic = Enumerable.Range(1, 8).Sum(r => 1.0 / r);

        // Ranking by observed counts moves a little from the lower ranks to the higher: 10 % covers that and chance (380,000 transitions).
        for (int r = 0; r < 8; r++) Assert.Equal(1, byRank[r] / total * harmonic * (r + 1), 0.1);
    }

    [Fact]
    public void A_quarter_of_the_text_is_Markov_text_and_the_rest_entities()
    {
        // Outside an entity one begins with probability 0.2: 4 Markov tokens on average between entities of 12, so 4/16 of the transitions end in one.
        // The others end in a uniformly random token, which is a successor by chance in 8 of 128 cases.
        ulong seed = 1;
        int[,] successors = Followers(new EntityText { EntityProbability = 0 }.Open(seed, Context), rows: 4000);
        int hits = 0, all = 0;
        Tokens text = new EntityText().Open(seed, Context).Batch(0, 1000);
        for (int b = 0; b < text.Batch; b++)
        {
            for (int i = 1; i < Context; i++, all++)
                if (successors[text[b, i - 1], text[b, i]] > 0) hits++;
        }
        // The row's end cuts entities, which favours Markov text a little; 0.02 is also ten standard deviations of chance.
        Assert.Equal(0.25 + (0.75 * 8 / 128), hits / (double)all, 0.02);
    }

    [Fact]
    public void Entities_recur_inside_a_document_but_not_in_others()
    {
        // 8 tokens in a row that occur twice: an entity (a Markov text repeats 8 tokens by chance in less than 1 of 1,000 documents).
        Tokens text = new EntityText().Open(7, Context).Batch(0, 200);
        HashSet<string> before = [];
        int recurring = 0;
        for (int b = 0; b < text.Batch; b++)
        {
            string[] grams = [.. Enumerable.Range(0, Context - 7).Select(i => string.Join(' ', text.Row(b).Slice(i, 8).ToArray()))];
            HashSet<string> repeated = [.. grams.GroupBy(g => g).Where(g => g.Count() > 1).Select(g => g.Key)];
            if (repeated.Count > 0) recurring++;
            Assert.Empty(before.Intersect(repeated));
            before.UnionWith(repeated);
        }
        Assert.True(recurring > 190, $"{recurring} of 200 documents repeat an entity");
    }

    [Fact]
    public void Another_seed_is_another_language()
    {
        int[,] a = Followers(new EntityText { EntityProbability = 0 }.Open(1, Context), rows: 500);
        int[,] b = Followers(new EntityText { EntityProbability = 0 }.Open(2, Context), rows: 500);
        int shared = 0;
        for (int i = 0; i < 128; i++)
            for (int j = 0; j < 128; j++)
                if (a[i, j] > 0 && b[i, j] > 0) shared++;

        // By chance 8·8/128 = half a successor a token: 64 of 1,024.
        Assert.InRange(shared, 30, 110);
    }

    [Fact]
    public void Bad_parameters_are_named()
    {
        Assert.Contains("129 different successors", Error(new EntityText { Successors = 129 }), StringComparison.Ordinal);
        Assert.Contains("lies in [0, 1]; it is 2", Error(new EntityText { EntityProbability = 2 }), StringComparison.Ordinal);
        Assert.Contains("16 to 8", Error(new EntityText { MinEntityLength = 16, MaxEntityLength = 8 }), StringComparison.Ordinal);

        static string Error(EntityText recipe) => Assert.Throws<ArgumentException>(() => recipe.Open(1, Context)).Message;
    }

    private static int[,] Followers(ITokenSource source, int rows)
    {
        int[,] followers = new int[source.Vocabulary, source.Vocabulary];
        Tokens text = source.Batch(0, rows);
        for (int b = 0; b < rows; b++)
            for (int i = 1; i < Context; i++) followers[text[b, i - 1], text[b, i]]++;
        return followers;
    }
}
