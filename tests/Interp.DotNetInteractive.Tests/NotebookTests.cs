using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;

namespace Interp.DotNetInteractive.Tests;

/// <summary>Our package in .NET Interactive's own kernels: found by <c>#r nuget</c>, shown by convention, with no reference from either side to the other.</summary>
[Collection(Polyglot.Shared)]
public sealed class NotebookTests(Polyglot notebook)
{
    [Fact]
    public async Task Figures_tensors_and_views_are_shown_as_html_after_nothing_but_a_package_reference()
    {
        string figure = (await notebook.Shown("figure", "text/html")).Value;
        Assert.Contains("data-interp-figure", figure, StringComparison.Ordinal);
        Assert.Contains("a loss", figure, StringComparison.Ordinal);
        Assert.Contains("data-interp-view", (await notebook.Shown("cache.Pattern(1)", "text/html")).Value, StringComparison.Ordinal);
        Assert.Contains("data-interp-view", (await notebook.Shown("""AttentionView.Of(cache, ["a", "b", "c", "a", "b"])""", "text/html")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_also_come_as_Plotlys_own_media_type() =>
        Assert.Contains("\"scatter\"", (await notebook.Shown("figure", "application/vnd.plotly.v1+json")).Value, StringComparison.Ordinal);

    [Fact]
    public async Task Display_shows_what_a_cells_value_does()
    {
        KernelCommandResult result = await notebook.Run("display(figure); display(logits);");
        Assert.Equal(2, result.Events.OfType<DisplayedValueProduced>().Count(e => e.FormattedValues.Any(v => v.MimeType == "text/html" && v.Value.Contains("data-interp-", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_model_and_a_cache_are_a_line_not_a_list_of_their_numbers()
    {
        Assert.StartsWith("HookedTransformer: 2 layers of 2 heads", (await notebook.Shown("model", "text/html")).Value, StringComparison.Ordinal);
        Assert.StartsWith("ActivationCache: blocks.0.attn.hook_pattern", (await notebook.Shown("cache", "text/html")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_scores_are_a_coloured_table() =>
        Assert.Contains("data-interp-figure", (await notebook.Shown("scores", "text/html")).Value, StringComparison.Ordinal);

    [Fact]
    public async Task An_error_of_ours_ends_the_cell_with_its_message()
    {
        KernelCommandResult result = await notebook.Kernel.SendAsync(new SubmitCode("""ModelFile.Open("/no/such/model")"""), TestContext.Current.CancellationToken);
        Assert.Contains("/no/such/model", Assert.Single(result.Events.OfType<CommandFailed>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_extension_says_nothing_and_can_run_again()
    {
        IReadOnlyList<KernelEvent> events = await notebook.RunExtension();
        Assert.NotEmpty(events.OfType<CommandSucceeded>());
        Assert.DoesNotContain(events, e => e is DisplayEvent or CommandFailed or ErrorProduced);
        Assert.DoesNotContain(events.OfType<DiagnosticsProduced>(), d => d.Diagnostics.Count > 0);
    }

    // A variables view asks for the first, #!whos for the second.
    [Theory]
    [InlineData("text/plain+summary")]
    [InlineData("text/plain")]
    public async Task Every_variable_is_listed_as_a_line(string mediaType)
    {
        Dictionary<string, string> values = await Variables(mediaType);
        Assert.Equal("Figure: a loss (1 trace)", values["figure"]);
        Assert.StartsWith("HookedTransformer: 2 layers of 2 heads", values["model"], StringComparison.Ordinal);
        Assert.StartsWith("ActivationCache: blocks.0.attn.hook_pattern", values["cache"], StringComparison.Ordinal);
        Assert.StartsWith("HeadScores: 2 heads: ", values["scores"], StringComparison.Ordinal);
        Assert.StartsWith("Tensor [1, 5, 11] { ", values["logits"], StringComparison.Ordinal);
        Assert.Equal("Tensor [2, 3] (its TensorScope has ended)", values["ended"]);
    }

    [Fact]
    public async Task Other_kernels_get_a_tensors_numbers_a_figures_Plotly_JSON_and_a_models_configuration()
    {
        async Task<JsonNode> Value(string name) => JsonNode.Parse(Assert.Single((await notebook.Send(new RequestValue(name, "application/json", "csharp"))).Events.OfType<ValueProduced>()).FormattedValue.Value)!;
        Assert.Equal(55, (await Value("logits"))[0]!.AsArray().Sum(row => row!.AsArray().Count));
        Assert.Equal("scatter", (string?)(await Value("figure"))["data"]![0]!["type"]);
        JsonObject model = (await Value("model")).AsObject();
        Assert.Equal(2, (int)Assert.Single(model).Value!["Layers"]!);
    }

    [Fact]
    public async Task Values_are_shared_with_another_CSharp_kernel_as_they_are()
    {
        await notebook.Run($"#!other\n{notebook.Install}");
        await notebook.Run("""
            #!other
            #!share --from csharp figure
            #!share --from csharp logits
            #!share --from csharp model
            """);
        KernelCommandResult result = await notebook.Run("#!other\n$\"{figure} | {model} | {logits.Length}\"");
        Assert.Matches(@"^Figure: a loss \(1 trace\) \| HookedTransformer: 2 layers .* \| 55$", (string)Assert.Single(result.Events.OfType<ReturnValueProduced>()).Value);
    }

    [Theory]
    [InlineData("figure", "figure = {\"data\":[{\"type\":\"scatter\"")]
    [InlineData("logits", "logits = [[[")]
    public async Task JavaScript_gets_a_figure_as_plotlyjs_takes_it_and_a_tensor_as_nested_arrays(string name, string expected)
    {
        KernelCommandResult result = await notebook.Run($"#!javascript\n#!share --from csharp {name}");
        Assert.Contains(result.Events.OfType<DisplayedValueProduced>(), e => e.FormattedValues.Any(v => v.Value.Contains(expected, StringComparison.Ordinal)));
    }

    private async Task<Dictionary<string, string>> Variables(string mediaType)
    {
        KernelCommandResult result = await notebook.Send(new RequestValueInfos("csharp", mediaType));
        return Assert.Single(result.Events.OfType<ValueInfosProduced>()).ValueInfos.ToDictionary(v => v.Name, v => v.FormattedValue.Value);
    }
}
