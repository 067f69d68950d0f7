using Interp.Notebook.Execution;

namespace Interp.Notebook.Tests.Scripting.Completion;

/// <summary>Names of activations inside strings, from what the session holds.</summary>
public sealed class HookNameCompletionTests : IAsyncLifetime
{
    private readonly Notebook _notebook = new();

    public async ValueTask InitializeAsync() => await _notebook.Value("""
        var model = new HookedTransformer(new TransformerConfig { Layers = 2, DModel = 8, Heads = 2, DHead = 4, Vocabulary = 11, Context = 9 }, seed: 0);
        var tokens = new Tokens([1, 2, 3], 1, 3);
        var cache = model.RunWithCache(tokens, ["*.hook_pattern"]).Cache;
        var lengths = new Dictionary<string, int>();
        """);

    public ValueTask DisposeAsync() => _notebook.DisposeAsync();

    [Theory]
    [InlineData("cache[\"|\"]")]
    [InlineData("cache[\"|")]
    [InlineData("cache[@\"blocks|\"]")]
    [InlineData("cache.Contains(\"pattern|\")")]
    public async Task A_cache_offers_what_it_has_with_its_shapes(string cell)
    {
        Completions found = await At(cell);
        Assert.Equal(["blocks.0.attn.hook_pattern", "blocks.1.attn.hook_pattern"], found.Items.Select(i => i.Text));
        Assert.Equal("[1, 2, 3, 3]", found.Items[0].Signature);
    }

    [Theory]
    [InlineData("model.RunWithCache(tokens, [\"blocks.1.|\"])")]
    [InlineData("model.RunWithCache(tokens, [\"hook_embed\", \"blocks.1.|")]
    [InlineData("model.RunWithCache(tokens, new[] { \"blocks.1.|\" })")]
    [InlineData("abstract class Mine : IHookedModel { public abstract GradientRun RunWithGradients(Tokens tokens, string[] select); } Mine mine = null; mine.RunWithGradients(tokens, [\"blocks.1.|\"])")]
    [InlineData("var hooks = new Hooks().Observe(\"blocks.1.|\", (t, n) => { });")]
    public async Task Runs_and_hooks_offer_the_points_of_the_model(string cell)
    {
        string[] names = [.. (await At(cell)).Items.Select(i => i.Text)];
        Assert.Contains("blocks.1.hook_resid_pre", names);
        Assert.All(names, name => Assert.StartsWith("blocks.1.", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cache[\"blocks.0|.hook\"]", "blocks.0.hook")]
    [InlineData("cache[\"blocks.0|]; // no closing quote", "blocks.0")]
    public async Task What_is_in_the_string_is_replaced_and_nothing_else(string cell, string replaced)
    {
        Completions found = await At(cell);
        Assert.Equal(replaced, cell.Replace("|", "", StringComparison.Ordinal)[found.Start..found.End]);
    }

    [Theory]
    [InlineData("lengths[\"|\"]")]
    [InlineData("Console.WriteLine(\"blocks|\")")]
    [InlineData("cache[\"\"]|")]
    public async Task Other_strings_offer_no_names_of_activations(string cell) =>
        Assert.DoesNotContain((await At(cell)).Items, i => i.Text.StartsWith("blocks.", StringComparison.Ordinal));

    private async Task<Completions> At(string cell)
    {
        int bar = cell.IndexOf('|', StringComparison.Ordinal);
        return await _notebook.Session.CompleteAsync(cell.Remove(bar, 1), bar, TestContext.Current.CancellationToken);
    }
}
