using System.Text.Json;
using Interp.Tests.Shared;
using Interp.Tokenizers;

namespace Interp.Cli.Tests;

public sealed class InterventionTests : IDisposable
{
    private const int Layers = 2, Heads = 4;

    // Two float32 ways through the same network.
    private const double Tolerance = 1e-4;

    private readonly string _folder = Directory.CreateTempSubdirectory("interp-interventions-").FullName;
    private readonly string _model;

    public InterventionTests()
    {
        BpeTokenizer tokenizer = BpeTrainer.Train(string.Concat(Enumerable.Repeat("the cat saw the dog and the dog saw the cat ", 20)), 280);
        TransformerConfig config = new() { Layers = Layers, DModel = 32, Heads = Heads, DHead = 8, DMlp = 64, Vocabulary = tokenizer.Vocabulary, Context = 40 };
        _model = Path.Combine(_folder, "model");
        // Large weights, so that every head matters.
        ModelFile.Save(_model, new HookedTransformer(config with { InitializerRange = 0.3f }, seed: 3), tokenizer);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Ablate_measures_every_head_and_goes_on_from_its_results_file()
    {
        string results = Path.Combine(_folder, "rows.csv"), page = Path.Combine(_folder, "page.html");
        JsonElement first = await Json("ablate", _model, "--metric", "in-context-score", "--out", results, "--html", page);
        JsonElement[] rows = [.. first.GetProperty("rows").EnumerateArray()];
        Assert.Equal(Layers * Heads, rows.Length);
        Assert.All(rows, row => Assert.NotEqual(0, row.GetProperty("effect").GetDouble()));
        Assert.Contains("plotly", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));

        byte[] whole = await File.ReadAllBytesAsync(results, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(results, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        JsonElement again = await Json("ablate", _model, "--metric", "in-context-score", "--out", results);
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(whole, await File.ReadAllBytesAsync(results, TestContext.Current.CancellationToken));

        ToolRun other = await ToolRun.Of("ablate", _model, "--out", results);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("another sweep", other.Errors);
    }

    [Theory]
    [InlineData("zero")]
    [InlineData("mean")]
    [InlineData("resample")]
    [InlineData("pattern-preserving")]
    public async Task Ablating_one_head_together_with_none_equals_ablating_it_alone(string kind)
    {
        JsonElement alone = await Json("ablate", _model, "--kind", kind, "--heads", "1.2", "--heads", "0.1");
        JsonElement together = await Json("ablate", _model, "--kind", kind, "--heads", "0.1", "--together");
        Assert.Equal([0, 1], alone.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("layer").GetInt32()));
        Assert.Equal(together.GetProperty("effect").GetDouble(), alone.GetProperty("rows")[0].GetProperty("effect").GetDouble(), Tolerance);
    }

    [Fact]
    public async Task Ablate_at_positions_reads_a_prompt_and_a_difference_of_logits()
    {
        JsonElement result = await Json("ablate", _model, "--prompt", "the cat saw the", "--metric", "logit-difference", "--answer", " cat", "--wrong", " dog", "--heads", "0.1", "--positions", "0", "--positions=-1");
        Assert.Equal("logit-difference ' cat' - ' dog' at 3", result.GetProperty("metric").GetString());
        Assert.Equal([0, 3], result.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("position").GetInt32()));
    }

    [Fact]
    public async Task Patching_the_only_token_that_differs_restores_everything()
    {
        string page = Path.Combine(_folder, "patch.html");
        JsonElement result = await Json("patch", _model, "--prompt", "the cat saw the", "--corrupt", "the dog saw the", "--answer", " cat", "--wrong", " dog", "--html", page);
        foreach (JsonElement patch in result.GetProperty("patches").EnumerateArray().Where(p => p.GetProperty("layer").GetInt32() == 0))
            Assert.Equal(patch.GetProperty("token").GetString() == " cat" ? 1 : 0, patch.GetProperty("restored").GetDouble(), Tolerance);
        Assert.True(File.Exists(page));
    }

    [Fact]
    public async Task Prompts_of_different_lengths_are_shown_token_by_token()
    {
        ToolRun run = await ToolRun.Of("patch", _model, "--prompt", "the cat saw the", "--corrupt", "the dog saw", "--answer", " cat", "--wrong", " dog");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the| cat| saw| the", run.Errors);
    }

    [Fact]
    public async Task Attributions_and_the_rest_sum_to_the_logit_difference()
    {
        string[] of = ["attribute", _model, "--prompt", "the cat saw the", "--answer", " cat", "--wrong", " dog"];
        JsonElement components = await Json([.. of, "--by", "component", "--html", Path.Combine(_folder, "components.html")]);
        // A fresh model's biases are 0: nothing is left over.
        Assert.Equal(0, components.GetProperty("rest").GetDouble(), Tolerance);
        Assert.Equal(components.GetProperty("total").GetDouble(), Sum(components), Tolerance);
        JsonElement heads = await Json([.. of, "--by", "head", "--html", Path.Combine(_folder, "heads.html")]), neurons = await Json([.. of, "--by", "neuron"]);
        double Component(string label) => components.GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("label").GetString() == label).GetProperty("value").GetDouble();
        Assert.Equal(Component("0_attn_out") + Component("1_attn_out"), Sum(heads), Tolerance);
        Assert.Equal(Component("0_mlp_out") + Component("1_mlp_out"), Sum(neurons), Tolerance);
        JsonElement sources = await Json([.. of, "--by", "source", "--head", "1.2"]);
        Assert.Equal(heads.GetProperty("parts")[Heads + 2].GetProperty("value").GetDouble(), Sum(sources), Tolerance);
        Assert.True(File.Exists(Path.Combine(_folder, "components.html")) && File.Exists(Path.Combine(_folder, "heads.html")));

        static double Sum(JsonElement result) => result.GetProperty("parts").EnumerateArray().Sum(p => p.GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Attribution_patching_estimates_every_head()
    {
        JsonElement result = await Json("attribute", _model, "--prompt", "the cat saw the", "--corrupt", "the dog saw the", "--answer", " cat");
        Assert.Equal(Layers * Heads, result.GetProperty("estimates").GetArrayLength());
        Assert.Contains(result.GetProperty("estimates").EnumerateArray(), e => e.GetProperty("value").GetDouble() != 0);
    }

    [Fact]
    public async Task The_last_state_of_the_lens_is_what_the_model_says()
    {
        string page = Path.Combine(_folder, "lens.html");
        JsonElement states = (await Json("lens", _model, "--prompt", "the cat saw", "--html", page)).GetProperty("states");
        Assert.Equal(["0_pre", "0_mid", "1_pre", "1_mid", "final_post"], states.EnumerateArray().Select(s => s.GetProperty("state").GetString()));
        ModelFile file = ModelFile.Open(_model);
        Tensor logits = file.Model.Run(file.Tokenizer!.Encode("the cat saw"));
        ReadOnlySpan<float> last = logits.Span[^file.Model.Config.Vocabulary..];
        Assert.Equal(System.Numerics.Tensors.TensorPrimitives.IndexOfMax(last), states[4].GetProperty("top")[0].GetProperty("token").GetInt32());
        Assert.True(File.Exists(page));
    }

    [Theory]
    [InlineData("fixtures/a_attn_only_2l")]
    [InlineData("fixtures/b_gpt2")]
    [InlineData("fixtures/c_neox")]
    [InlineData("fixtures/d_llama")]
    [InlineData("fixtures/e_trained")]
    [InlineData("fixtures/models/stories260K/stories260K.bin")]
    public Task Every_command_runs_on_the_published_models(string model) => EveryCommand(Optional.SharedPath(model));

    public static TheoryData<string> Kinds => ["smeared", "shortformer", "tied", "grouped", "parallel", "no norms", "folded", "no context to speak of"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_command_runs_on_every_kind_of_model(string kind)
    {
        TransformerConfig plain = new() { Layers = 2, DModel = 24, Heads = 4, DHead = 6, Vocabulary = 31, Context = 40 };
        string folder = Path.Combine(_folder, "kind");
        ModelFile.Save(folder, new HookedTransformer(kind switch
        {
            "smeared" => plain with { SmearedKeys = true },
            "shortformer" => plain with { Positions = PositionKind.Shortformer },
            "tied" => plain with { DMlp = 32, TiedEmbeddings = true, UnembedBias = false },
            "grouped" => plain with { KeyValueHeads = 2, Positions = PositionKind.Rotary },
            "parallel" => plain with { DMlp = 32, ParallelBlocks = true, Positions = PositionKind.Rotary },
            "no norms" => plain with { Norm = NormKind.None },
            "folded" => plain with { DMlp = 32, Norm = NormKind.LayerNormPre },
            _ => plain with { Context = 8 },
        }, seed: 1));
        await EveryCommand(folder);
    }

    /// <summary>heads, ablate, patch, attribute and lens with all their parts, as JSON and as pages.</summary>
    private async Task EveryCommand(string model)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string clean = Path.Combine(_folder, "clean.json"), corrupt = Path.Combine(_folder, "corrupt.json"), page = Path.Combine(_folder, "page.html");
        await File.WriteAllTextAsync(clean, "[[1, 2, 3, 4, 1, 2]]", cancel);
        await File.WriteAllTextAsync(corrupt, "[[1, 2, 5, 4, 1, 2]]", cancel);
        TransformerConfig config = ModelFile.Open(model).Model.Config;
        JsonElement heads = await Page("heads", model, "--sequences", "2");
        Assert.Equal(config.Layers * config.Heads, heads.GetProperty("heads").GetArrayLength());
        foreach (string field in (string[])["layer", "head", "kind", "prefixMatching", "copying", "previousToken", "duplicateToken", "firstToken", "entropy"])
            Assert.True(heads.GetProperty("heads")[0].TryGetProperty(field, out _), field);
        await Page("ablate", model, "--tokens", clean, "--metric", "kl");
        string[] components = ["resid-pre", "attention-out", "head-output", "head-query", "head-key", "head-value", "head-pattern", .. config.AttentionOnly ? Array.Empty<string>() : ["mlp-out"]];
        foreach (string component in components)
            await Page("patch", model, "--tokens", clean, "--corrupt-tokens", corrupt, "--answer", "id:3", "--wrong", "id:5", "--component", component, "--by-position");
        foreach (string[] by in (string[][])[["component"], ["head"], ["source", "--head", "1.1"], .. config.AttentionOnly ? Array.Empty<string[]>() : [["neuron"]]])
            await Page(["attribute", model, "--tokens", clean, "--by", .. by]);
        await Page("attribute", model, "--tokens", clean, "--corrupt-tokens", corrupt, "--component", "resid-pre");
        await Page("lens", model, "--tokens", clean);

        async Task<JsonElement> Page(params string[] command)
        {
            JsonElement result = await Json([.. command, "--html", page]);
            Assert.Contains("</html>", await File.ReadAllTextAsync(page, cancel));
            File.Delete(page);
            return result;
        }
    }

    private static async Task<JsonElement> Json(params string[] args)
    {
        ToolRun run = await ToolRun.Of([.. args, "--json"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
