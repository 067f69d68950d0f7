using System.Text;
using Interp.Data;

namespace Interp.Training.Tests.Data;

public class CorpusTextTests
{
    private static readonly string s_text = string.Concat(Enumerable.Range(0, 400).Select(i => $"In the {i}th year of the reign of the king, and the people said unto him.\n"));

    [Fact]
    public void Bytes_are_tokens_and_every_row_is_a_crop_of_its_part()
    {
        using TemporaryFolder folder = new();
        ITokenSource source = Corpus(folder).Open(1, 40);
        Assert.Equal(256, source.Vocabulary);
        string training = s_text[..(int)(s_text.Length * 0.95)], heldOut = s_text[(int)(s_text.Length * 0.95)..];
        Tokens batch = source.Batch(3, 32), evaluation = source.Evaluation(32);
        for (int b = 0; b < 32; b++)
        {
            Assert.Contains(Text(batch.Row(b)), training, StringComparison.Ordinal);
            Assert.Contains(Text(evaluation.Row(b)), heldOut, StringComparison.Ordinal);
        }
        Assert.Equal(batch.Ids.ToArray(), source.Batch(3, 32).Ids.ToArray());
    }

    [Fact]
    public void A_byte_pair_encoding_is_trained_once_and_kept_in_the_folder()
    {
        using TemporaryFolder folder = new();
        CorpusText recipe = Corpus(folder) with { BpeVocabulary = 300 };
        Directory.CreateDirectory(folder["run"]);
        ITokenSource first = recipe.Open(1, 40, folder["run"]);
        Assert.InRange(first.Vocabulary, 257, 300);
        string kept = File.ReadAllText(Path.Combine(folder["run"], "tokenizer.json"));

        ITokenSource second = recipe.Open(1, 40, folder["run"]);
        Assert.Equal(kept, File.ReadAllText(Path.Combine(folder["run"], "tokenizer.json")));
        Assert.Equal(first.Batch(0, 8).Ids.ToArray(), second.Batch(0, 8).Ids.ToArray());
        Assert.Contains(first.Tokenizer!.Decode(first.Batch(0, 1).Row(0)), s_text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_on_a_corpus_takes_its_vocabulary_and_resumes()
    {
        using TemporaryFolder folder = new();
        TrainingConfig config = SmallRun.Config with
        {
            Data = Corpus(folder) with { BpeVocabulary = 280 },
            Model = SmallRun.Config.Model with { Vocabulary = 0 },
            Steps = 10,
        };
        using (TrainingRun run = TrainingRun.Create(folder["run"], config))
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => run.Train(p => { if (p.Step.Step == 6) stop.Cancel(); }, stop.Token));
        }
        using TrainingRun resumed = TrainingRun.Resume(folder["run"]);
        resumed.Train();
        Assert.Equal(resumed.OpenData().Vocabulary, resumed.Config.Model.Vocabulary);
        Assert.Equal(10, resumed.Steps()[^1].Step);
    }

    [Fact]
    public void A_file_that_has_changed_is_refused()
    {
        using TemporaryFolder folder = new();
        CorpusText recipe = Corpus(folder);
        File.AppendAllText(recipe.File, "And it came to pass.\n");
        Assert.Contains("has changed since the run began", Assert.Throws<InvalidDataException>(() => recipe.Open(1, 40)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused_with_the_offset()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["latin1.txt"], [.. Encoding.UTF8.GetBytes("caf"), 0xE9, (byte)' ']);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => CorpusText.From(folder["latin1.txt"]).Open(1, 2));
        Assert.Contains("is not UTF-8: the bytes at offset 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_too_short_or_missing_is_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["short.txt"], "short");
        Assert.Contains("is too short: 5 tokens", Assert.Throws<InvalidDataException>(() => CorpusText.From(folder["short.txt"]).Open(1, 40)).Message, StringComparison.Ordinal);
        Assert.Contains("no text file", Assert.Throws<FileNotFoundException>(() => CorpusText.From(folder["none.txt"])).Message, StringComparison.Ordinal);
    }

    private static CorpusText Corpus(TemporaryFolder folder)
    {
        File.WriteAllText(folder["corpus.txt"], s_text);
        return CorpusText.From(folder["corpus.txt"]);
    }

    private static string Text(ReadOnlySpan<int> bytes) => Encoding.UTF8.GetString([.. bytes.ToArray().Select(b => (byte)b)]);
}
