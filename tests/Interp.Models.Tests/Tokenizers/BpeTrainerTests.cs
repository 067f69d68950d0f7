using System.Text;
using Interp.Tokenizers;

namespace Interp.Models.Tests.Tokenizers;

public class BpeTrainerTests
{
    private const string Text = "low low low low low lower lower newest newest newest newest newest newest widest widest widest";

    [Fact]
    public void The_merges_are_those_of_the_textbook_example()
    {
        // Sennrich et al. 2016, figure 1, with bytes and a space in front of words; ties by the lower ids.
        BpeTokenizer tokenizer = BpeTrainer.Train(Text, 257 + 3);
        Assert.Equal(["es", "est", "lo"], Enumerable.Range(257, 3).Select(tokenizer.TokenText));
        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text)));
    }

    [Fact]
    public void The_merges_are_those_of_counting_anew_each_time()
    {
        string text = string.Concat(SampleTexts.Make(300, seed: 6)) + Text + "aaaa aaaaa aaaaaaa";
        text = string.Concat(text.EnumerateRunes());
        BpeTokenizer tokenizer = BpeTrainer.Train(text, 500);
        Assert.Equal(500, tokenizer.Vocabulary);
        Assert.Equal(Naive(text, 500 - 257), Enumerable.Range(257, 500 - 257).Select(id => tokenizer.TokenText(id)));
    }

    [Fact]
    public void Training_ends_where_no_pair_occurs_twice()
    {
        BpeTokenizer tokenizer = BpeTrainer.Train("abc", 1000);
        Assert.Equal(257, tokenizer.Vocabulary);
        Assert.Equal((0, 0), (tokenizer.BosToken, tokenizer.EosToken));
        Assert.Equal([1 + 'a', 0, 1 + 'b'], tokenizer.Encode("a<|endoftext|>b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => BpeTrainer.Train("abc", 256));
    }

    [Fact]
    public void A_saved_tokenizer_opens_to_the_same()
    {
        using TemporaryFolder folder = new();
        BpeTokenizer trained = BpeTrainer.Train(string.Concat(Enumerable.Repeat(Text, 2)), 280);
        trained.Save(folder.File("tokenizer.json"));
        BpeTokenizer opened = BpeTokenizer.Open(folder.Path);
        Assert.Equal((trained.Vocabulary, trained.BosToken, trained.EosToken, trained.PrependsBos), (opened.Vocabulary, opened.BosToken, opened.EosToken, opened.PrependsBos));
        foreach (string text in SampleTexts.Make(500, seed: 7)) Assert.Equal(trained.Encode(text), opened.Encode(text));
        opened.Save(folder.File("again.json"));
        Assert.Equal(File.ReadAllText(folder.File("tokenizer.json")), File.ReadAllText(folder.File("again.json")));
    }

    /// <summary>The definition, step by step: count all pairs, merge the most frequent, begin again.</summary>
    private static List<string> Naive(string text, int merges)
    {
        List<List<int>> words = [];
        new Gpt2Scanner().Split(text, true, (piece, _) => words.Add([.. Encoding.UTF8.GetBytes(piece.ToString()).Select(b => b + 1)]));
        Dictionary<int, byte[]> bytes = Enumerable.Range(0, 256).ToDictionary(b => b + 1, b => new[] { (byte)b });
        List<string> made = [];
        for (int id = 257; id < 257 + merges; id++)
        {
            Dictionary<(int, int), int> counts = [];
            foreach (List<int> word in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    counts[(word[i], word[i + 1])] = counts.GetValueOrDefault((word[i], word[i + 1])) + 1;
            ((int Left, int Right) pair, _) = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).First();
            bytes[id] = [.. bytes[pair.Left], .. bytes[pair.Right]];
            made.Add(ByteText.Show(bytes[id]));
            foreach (List<int> word in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    if (word[i] == pair.Left && word[i + 1] == pair.Right)
                    {
                        word[i] = id;
                        word.RemoveAt(i + 1);
                    }
        }
        return made;
    }
}
