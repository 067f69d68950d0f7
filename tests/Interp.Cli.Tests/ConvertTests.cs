using System.Runtime.InteropServices;
using System.Text.Json;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests;

/// <summary>Trained here, saved for other tools, opened again: the same bits.</summary>
public sealed class ConvertTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-convert-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Hugging Face gpt2", "--mlp", "24", "--no-logit-bias")]
    [InlineData("Hugging Face gpt_neox", "--mlp", "24", "--no-logit-bias", "--rotary")]
    [InlineData("TransformerLens state dict", "--mlp", "24")]
    [InlineData("TransformerLens state dict", "--smeared")]
    [InlineData("Hugging Face gpt2", "--mlp", "24", "--no-logit-bias", "--corpus", "--bpe", "300")]
    [InlineData("Hugging Face gpt2", "--mlp", "24", "--no-logit-bias", "--corpus")]
    public async Task A_trained_model_saved_in_the_layout_that_expresses_it_opens_to_the_same_bits(string kind, params string[] options)
    {
        string run = Path.Combine(_folder, "run"), saved = Path.Combine(_folder, "saved"), corpus = Path.Combine(_folder, "corpus.txt");
        await File.WriteAllTextAsync(corpus, string.Concat(Enumerable.Range(0, 300).Select(i => $"{i} times {i % 7} makes {i * (i % 7)}. ")), TestContext.Current.CancellationToken);
        await Succeed(["train", "--layers", "2", "--d-model", "16", "--heads", "2", "--context", "32", "--steps", "3", "--batch", "4", "--snapshots", "1", "--warmup", "1", "--out", run,
            .. options.SelectMany(o => o == "--corpus" ? (string[])[o, corpus] : [o])]);

        ToolRun converted = await Succeed("convert", run, "--out", saved, "--json");
        Assert.Equal(kind, JsonDocument.Parse(converted.Output).RootElement.GetProperty("kind").GetString());

        ModelFile before = ModelFile.Open(run), after = ModelFile.Open(saved);
        Tokens tokens = Tokens.FromRows([1, 5, 9, 3, 1, 5, 9], [7, 7, 2, 0, 11, 4, 8]);
        Assert.True(MemoryMarshal.AsBytes(before.Model.Run(tokens).Span).SequenceEqual(MemoryMarshal.AsBytes(after.Model.Run(tokens).Span)));
        // Trained: a model as it was made would be equal in too many ways.
        Assert.Contains(after.Model.Parameters["blocks.0.attn.b_V"].Span.ToArray(), b => b != 0);
        if (!options.Contains("--corpus")) return;
        const string Text = "12 times 5 makes 60. Ünïcode 😀\n";
        Assert.Equal(before.Tokenizer!.Encode(Text), after.Tokenizer!.Encode(Text));
        Assert.Equal(Text, after.Tokenizer.Decode(after.Tokenizer.Encode(Text)));
    }

    [Fact]
    public async Task A_tokenizer_without_a_form_as_json_is_left_out_with_a_word_about_it()
    {
        string model = Optional.SharedPath("fixtures/models/stories260K/stories260K.bin"), saved = Path.Combine(_folder, "saved");
        ToolRun converted = await Succeed("convert", model, "--out", saved);
        Assert.Contains("--tokenizer", converted.Errors);
        string[] generate = ["--prompt", "Once upon", "--max", "20"];
        Assert.Equal((await Succeed(["generate", model, .. generate])).Output, (await Succeed(["generate", saved, "--tokenizer", Path.Combine(Path.GetDirectoryName(model)!, "tok512.bin"), .. generate])).Output);

        ToolRun again = await ToolRun.Of("convert", model, "--out", saved);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("not empty", again.Errors);
    }

    private static async Task<ToolRun> Succeed(params string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run;
    }
}
