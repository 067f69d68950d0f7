using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;

namespace Interp.DotNetInteractive.Tests;

/// <summary>What .NET Interactive offers while a cell is typed, of our packages.</summary>
[Collection(Polyglot.Shared)]
public sealed class LanguageServiceTests(Polyglot notebook)
{
    [Theory]
    [InlineData("Plot.Attention", "AttentionPattern")]
    [InlineData("model.", "RunWithCache")]
    [InlineData("model.Config.", "DModel")]
    [InlineData("new Hooked", "HookedTransformer")]
    [InlineData("var m = model;\nm.RunWithCache(new[] { 1 }, [\"*\"]).Cache.", "Pattern")]
    public async Task Completion_offers_our_api(string code, string offered)
    {
        NeedLanguageFeatures();
        KernelCommandResult result = await notebook.Send(new RequestCompletions(code, End(code)));
        Assert.Contains(offered, Assert.Single(result.Events.OfType<CompletionsProduced>()).Completions.Select(c => c.DisplayText));
    }

    [Fact]
    public async Task Signatures_and_hovers_bring_our_documentation()
    {
        NeedLanguageFeatures();
        const string Documentation = "Loss over training, with the phase change shaded.";
        KernelCommandResult signatures = await notebook.Send(new RequestSignatureHelp("Plot.Loss(", End("Plot.Loss(")));
        SignatureInformation signature = Assert.Single(Assert.Single(signatures.Events.OfType<SignatureHelpProduced>()).Signatures);
        Assert.StartsWith("Figure Plot.Loss(", signature.Label, StringComparison.Ordinal);
        Assert.Contains(Documentation, signature.Documentation.Value, StringComparison.Ordinal);
        KernelCommandResult hover = await notebook.Send(new RequestHoverText("Plot.Loss([0], [1])", new LinePosition(0, 6)));
        Assert.Contains(Documentation, Assert.Single(Assert.Single(hover.Events.OfType<HoverTextProduced>()).Content).Value, StringComparison.Ordinal);
    }

    private static LinePosition End(string code) => new(code.Count(c => c == '\n'), code.Length - 1 - code.LastIndexOf('\n'));

    /// <summary>.NET Interactive asks Roslyn's C# features, which reach into the compiler's internals: they must be there and of its version.</summary>
    /// <remarks>Where the package source gave others, nothing of ours is at fault: a skip, on a machine of the CI too. Where they match, what fails here is broken.</remarks>
    private static void NeedLanguageFeatures()
    {
        AssemblyName compiler = typeof(CSharpCompilation).Assembly.GetName();
        foreach (string name in (string[])["Microsoft.CodeAnalysis.Features", "Microsoft.CodeAnalysis.CSharp.Features"])
        {
            Version? version = VersionOf(name);
            Assert.SkipUnless(version == compiler.Version, $"The packages restored here have {name} {version?.ToString() ?? "not at all"} beside {compiler.Name} {compiler.Version}: .NET Interactive completes only where both are of one version.");
        }
    }

    private static Version? VersionOf(string assembly)
    {
        try
        {
            return Assembly.Load(assembly).GetName().Version;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
