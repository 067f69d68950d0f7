using System.Text.Json;
using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests;

public sealed class ToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interp-tool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_arguments_it_prints_its_help()
    {
        ToolRun run = await ToolRun.Of();
        Assert.Equal(0, run.ExitCode);
        foreach (string command in (string[])["reproduce", "train", "resume", "info", "heads", "ablate", "patch", "attribute", "lens", "run", "generate", "convert", "kernel"]) Assert.Contains(command, run.Output);
    }

    public static TheoryData<string[]> WrongUsage => new()
    {
        new[] { "trian" },
        new[] { "train", "--steps", "many" },
        new[] { "train", "--layers", "0" },
        new[] { "train", "--d-model", "30", "--heads", "4" },
        new[] { "train", "--bpe", "300" },
        new[] { "train", "--data", "poems" },
        new[] { "resume" },
        new[] { "run", "model", "--out", "x" },
        new[] { "generate", "model", "--top-p", "2" },
        new[] { "heads", "model", "--sequences", "0" },
        new[] { "ablate", "model", "--kind", "noise" },
        new[] { "ablate", "model", "--heads", "one" },
        new[] { "ablate", "model", "--out", "rows.txt" },
        new[] { "ablate", "model", "--metric", "logit-difference", "--answer", "a" },
        new[] { "ablate", "model", "--answer", "a" },
        new[] { "ablate", "model", "--metric", "joy" },
        new[] { "ablate", "model", "--kind", "noise", "--reference", "rows.json" },
        new[] { "ablate", "model", "--together", "--positions", "3" },
        new[] { "ablate", "model", "--reference", "rows.json" },
        new[] { "ablate", "model", "--prompt", "a", "--tokens", "rows.json" },
        new[] { "patch", "model", "--prompt", "a", "--answer", "b", "--wrong", "c" },
        new[] { "patch", "model", "--prompt", "a", "--corrupt", "b" },
        new[] { "patch", "model", "--prompt", "a", "--corrupt", "b", "--metric", "loss", "--component", "everything" },
        new[] { "attribute", "model" },
        new[] { "attribute", "model", "--prompt", "a", "--by", "source" },
        new[] { "attribute", "model", "--prompt", "a", "--by", "heads" },
        new[] { "attribute", "model", "--prompt", "a", "--head", "0.1" },
        new[] { "lens", "model" },
        new[] { "convert", "model" },
        new[] { "lens", "model", "--prompt", "a", "--top", "0" },
        new[] { "kernel", "start" },
        new[] { "kernel", "install", "--name", "a b" },
        new[] { "kernel", "install", "--user", "--prefix", "there" },
    };

    [Theory, MemberData(nameof(WrongUsage))]
    public async Task Wrong_usage_ends_with_2_and_says_why(string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error:", run.Errors);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_device_is_an_option_of_the_tool_that_has_some()
    {
        ToolRun run = await ToolRun.Of("heads", "model", "--device", "cuda");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("src/Interp.Ilgpu.Cli", run.Errors);
        Assert.DoesNotContain("--device", (await ToolRun.Of("heads", "--help")).Output);
    }

    [Theory]
    [InlineData("info", "no-such-model")]
    [InlineData("resume", "no-such-run")]
    [InlineData("train", "--corpus", "no-such-text.txt")]
    public async Task What_is_not_there_ends_with_1_and_is_named(params string[] args)
    {
        ToolRun run = await ToolRun.Of([.. args[..^1], Path.Combine(_folder, args[^1]), .. args[0] == "train" ? ["--out", Path.Combine(_folder, "run")] : Array.Empty<string>()]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(args[^1], run.Errors);
        Assert.Single(run.Errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_trained_model_opens_in_every_command()
    {
        string corpus = Path.Combine(_folder, "corpus.txt"), folder = Path.Combine(_folder, "run");
        await File.WriteAllTextAsync(corpus, string.Concat(Enumerable.Range(0, 400).Select(i => $"{i} times {i % 7} makes {i * (i % 7)}. ")), TestContext.Current.CancellationToken);
        ToolRun trained = await ToolRun.Of(
            "train", "--corpus", corpus, "--bpe", "300", "--layers", "1", "--d-model", "16", "--heads", "2", "--context", "32",
            "--steps", "8", "--batch", "4", "--snapshots", "4", "--warmup", "2", "--out", folder, "--json");
        Assert.True(trained.ExitCode == 0, trained.Errors);
        JsonElement result = JsonDocument.Parse(trained.Output).RootElement;
        Assert.Equal(8, result.GetProperty("step").GetInt64());
        Assert.True(File.Exists(result.GetProperty("report").GetString()));

        ToolRun resumed = await ToolRun.Of("resume", folder, "--json");
        Assert.Equal(trained.Output, resumed.Output);

        ToolRun info = await ToolRun.Of("info", folder, "--json");
        Assert.True(info.ExitCode == 0, info.Errors);
        Assert.Equal(1, JsonDocument.Parse(info.Output).RootElement.GetProperty("config").GetProperty("layers").GetInt32());

        ToolRun heads = await ToolRun.Of("heads", folder, "--json");
        Assert.True(heads.ExitCode == 0, heads.Errors);
        JsonElement first = JsonDocument.Parse(heads.Output).RootElement.GetProperty("heads")[0];
        foreach (string name in (string[])["layer", "head", "kind", "prefixMatching", "copying", "previousToken", "duplicateToken", "firstToken", "entropy"])
            Assert.True(first.TryGetProperty(name, out _), name);

        string saved = Path.Combine(_folder, "activations.safetensors");
        ToolRun run = await ToolRun.Of("run", folder, "--prompt", "12 times 3", "--save", "*.hook_pattern", "hook_embed", "--out", saved);
        Assert.True(run.ExitCode == 0, run.Errors);
        SafetensorsFile file = SafetensorsFile.Open(saved);
        Assert.Equal(["logits", "hook_embed", "blocks.0.attn.hook_pattern"], file.Tensors.Keys.OrderByDescending(n => n == "logits").ThenByDescending(n => n));

        ToolRun generated = await ToolRun.Of("generate", folder, "--prompt", "12 times", "--max", "5");
        Assert.True(generated.ExitCode == 0, generated.Errors);
        Assert.StartsWith("12 times", generated.Output);
    }

    [Fact]
    public async Task Run_reads_rows_and_pads_short_ones_only_when_told()
    {
        string model = Optional.SharedPath("fixtures/b_gpt2"), rows = Path.Combine(_folder, "rows.json"), saved = Path.Combine(_folder, "out.safetensors");
        await File.WriteAllTextAsync(rows, "[[1, 2, 3], [4, 5]]", TestContext.Current.CancellationToken);
        ToolRun refused = await ToolRun.Of("run", model, "--tokens", rows, "--out", saved);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--pad", refused.Errors);
        ToolRun padded = await ToolRun.Of("run", model, "--tokens", rows, "--pad", "0", "--out", saved);
        Assert.Equal(0, padded.ExitCode);
        Assert.Equal([2, 3, 113], SafetensorsFile.Open(saved).Read("logits").Shape.ToArray());
    }
}
