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
    public async Task Head_scores_are_a_coloured_table()
    {
        const string Scores = "HeadScores.Measure(new HookedTransformer(new TransformerConfig { Layers = 1, DModel = 8, Heads = 2, DHead = 4, Vocabulary = 50, Context = 101 }, seed: 0))";
        Assert.Contains("data-interp-figure", (await notebook.Shown(Scores, "text/html")).Value, StringComparison.Ordinal);
    }

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

    // A variables view asks for the first, #!whos for the second, other kernels for the third.
    [Theory]
    [InlineData("text/plain+summary", "Figure: a loss (1 trace)")]
    [InlineData("text/plain", "Figure: a loss (1 trace)")]
    [InlineData("application/json", "{\"data\":[")]
    public async Task Every_variable_can_be_listed(string mediaType, string figure)
    {
        KernelCommandResult result = await notebook.Send(new RequestValueInfos("csharp", mediaType));
        Dictionary<string, string> values = Assert.Single(result.Events.OfType<ValueInfosProduced>()).ValueInfos.ToDictionary(v => v.Name, v => v.FormattedValue.Value);
        Assert.StartsWith(figure, values["figure"], StringComparison.Ordinal);
        if (mediaType == "application/json")
        {
            Assert.Equal(55, JsonNode.Parse(values["logits"])![0]!.AsArray().Sum(row => row!.AsArray().Count));
            Assert.Equal(2, (int)JsonNode.Parse(values["model"])!["Config"]!["Layers"]!);
        }
        else
        {
            Assert.StartsWith("Tensor [1, 5, 11] { ", values["logits"], StringComparison.Ordinal);
            Assert.StartsWith("HookedTransformer: 2 layers of 2 heads", values["model"], StringComparison.Ordinal);
        }
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
}
