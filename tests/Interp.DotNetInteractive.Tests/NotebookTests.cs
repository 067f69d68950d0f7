using Interp.Tests.Shared;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace Interp.DotNetInteractive.Tests;

/// <summary>Our packages in .NET Interactive's own kernel: found by <c>#r nuget</c>, shown by convention, with no reference from either side to the other.</summary>
public sealed class NotebookTests(LocalFeed feed) : IClassFixture<LocalFeed>
{
    [Fact]
    public async Task Figures_tensors_and_views_are_shown_as_html_after_nothing_but_a_package_reference()
    {
        using CompositeKernel kernel = await WithPackages();

        FormattedValue html = await Shown(kernel, """Plot.Loss([0, 1, 2], [3, 2, 1], title: "a loss")""", "text/html");
        Assert.Contains("data-interp-figure", html.Value, StringComparison.Ordinal);
        Assert.Contains("a loss", html.Value, StringComparison.Ordinal);

        // One run of a model, and what it gives.
        await Succeed(kernel, """
            var model = new HookedTransformer(new TransformerConfig { Layers = 2, DModel = 16, Heads = 2, DHead = 8, Vocabulary = 11, Context = 9 }, seed: 0);
            var (logits, cache) = model.RunWithCache(new[] { 1, 2, 3, 1, 2 }, ["*.hook_pattern"]);
            """);
        Assert.Contains("data-interp-view", (await Shown(kernel, "cache.Pattern(1)", "text/html")).Value, StringComparison.Ordinal);
        Assert.Equal("HookedTransformer: 2 layers of 2 heads, width 16", (await Shown(kernel, "model", "text/html")).Value);
    }

    [Fact]
    public async Task Figures_also_come_as_Plotlys_own_media_type()
    {
        using CompositeKernel kernel = await WithPackages();
        FormattedValue json = await Shown(kernel, "Plot.Loss([0, 1], [2, 1])", "application/vnd.plotly.v1+json");
        Assert.Contains("\"scatter\"", json.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_offers_our_api()
    {
        Optional.Need(HasLanguageFeatures(), "Microsoft.CodeAnalysis.CSharp.Features, without which .NET Interactive completes nothing");
        using CompositeKernel kernel = await WithPackages();
        const string Code = "Plot.Attention";
        KernelCommandResult result = await kernel.SendAsync(new RequestCompletions(Code, new LinePosition(0, Code.Length)), TestContext.Current.CancellationToken);
        Assert.Contains("AttentionPattern", Assert.Single(result.Events.OfType<CompletionsProduced>()).Completions.Select(c => c.DisplayText));
    }

    [Fact]
    public async Task An_error_of_ours_ends_the_cell_with_its_message()
    {
        using CompositeKernel kernel = await WithPackages();
        KernelCommandResult result = await kernel.SendAsync(new SubmitCode("""ModelFile.Open("/no/such/model")"""), TestContext.Current.CancellationToken);
        Assert.Contains("/no/such/model", Assert.Single(result.Events.OfType<CommandFailed>()).Message, StringComparison.Ordinal);
    }

    private static bool HasLanguageFeatures()
    {
        try
        {
            return System.Reflection.Assembly.Load("Microsoft.CodeAnalysis.CSharp.Features") is not null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private async Task<CompositeKernel> WithPackages()
    {
        CSharpKernel csharp = new CSharpKernel().UseNugetDirective((kernel, packages) =>
        {
            kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
            return Task.CompletedTask;
        });
        CompositeKernel kernel = [csharp];
        KernelCommandResult added = await Succeed(kernel, $"""
            #i "nuget:{feed.Folder}"
            #r "nuget: Interp.DotNetInteractive, {feed.Version}"
            """);
        PackageAdded extension = added.Events.OfType<PackageAdded>().First(e => e.PackageReference.PackageName == "Interp.DotNetInteractive");
        // What the notebook clients do with every package that has it.
        await kernel.LoadAndRunInteractiveDocument(new FileInfo(Path.Combine(extension.PackageReference.PackageRoot, "interactive-extensions", "dotnet", "extension.dib")));
        return kernel;
    }

    private static async Task<FormattedValue> Shown(CompositeKernel kernel, string code, string mediaType)
    {
        KernelCommandResult result = await Succeed(kernel, code);
        FormattedValue[] values = [.. Assert.Single(result.Events.OfType<ReturnValueProduced>()).FormattedValues];
        return values.FirstOrDefault(v => v.MimeType == mediaType) ?? throw new InvalidOperationException($"Shown as {string.Join(", ", values.Select(v => v.MimeType))} alone.");
    }

    private static async Task<KernelCommandResult> Succeed(CompositeKernel kernel, string code)
    {
        KernelCommandResult result = await kernel.SendAsync(new SubmitCode(code), TestContext.Current.CancellationToken);
        Assert.True(!result.Events.OfType<CommandFailed>().Any(), string.Join("\n", result.Events.OfType<CommandFailed>().Select(f => f.Message)));
        return result;
    }
}
